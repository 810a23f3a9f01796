import { canShareScreen, DeviceError, openScreen, type VisitClient, type VisitSnapshot } from '@curtain/client'
import { useCallback, useEffect } from 'react'
import type { Devices } from '../devices/devices.ts'
import { useSay } from '../parts/notices.tsx'
import { useVisitWords } from '../words/words.ts'

interface MediaControls {
  /** Null for whoever was let in without leave to speak; likewise the others. */
  microphoneOn: boolean | null
  cameraOn: boolean | null
  /** Null as well where the browser cannot share a screen. */
  sharing: boolean | null
  toggleMicrophone: () => void
  toggleCamera: () => void
  toggleShare: () => void
}

/** One's own microphone, camera and screen in a visit: what is on, and how to change it. */
export function useMediaControls(client: VisitClient, snapshot: VisitSnapshot, devices: Devices): MediaControls {
  const words = useVisitWords()
  const say = useSay()
  const { local, lostSources, grants, phase } = snapshot
  const microphone = local.find(({ source }) => source === 'microphone')
  const cameraOn = local.some(({ source, paused }) => source === 'camera' && !paused)
  const sharing = local.some(({ source }) => source === 'screen')
  const microphoneOn = microphone !== undefined && !microphone.paused

  const toggleMicrophone = useCallback(() => {
    void (async () => {
      if (microphone !== undefined) await client.setPaused('microphone', microphoneOn)
      else if (await devices.turnOn('microphone')) await client.setPaused('microphone', false)
      else say(words.notice.microphoneFailed)
    })().catch(() => say(words.notice.microphoneFailed))
  }, [client, devices, microphone, microphoneOn, say, words])

  // Off lets the device go, so that its light goes out: people look at the light.
  const toggleCamera = useCallback(() => {
    void (async () => {
      if (cameraOn) await devices.turnOff('camera')
      else if (!(await devices.turnOn('camera'))) say(words.notice.cameraFailed)
    })().catch(() => say(words.notice.cameraFailed))
  }, [devices, cameraOn, say, words])

  const toggleShare = useCallback(() => {
    void (async () => {
      if (sharing) {
        await Promise.all([client.unpublish('screen'), client.unpublish('screen-audio')])
        return
      }
      const { video, audio } = await openScreen()
      await client.publish('screen', video)
      if (audio !== null) await client.publish('screen-audio', audio)
    })().catch((error: unknown) => {
      // Closing the browser's choice of screens is a choice, too.
      const changedMind = error instanceof DeviceError && (error.failure === 'denied' || error.failure === 'dismissed')
      if (!changedMind) say(words.notice.shareFailed)
    })
  }, [client, sharing, say, words])

  // A light that is on says that one is seen.
  const isSeenByNobody = phase === 'joined' && cameraOn && !grants.has('publish-video')
  useEffect(() => {
    if (isSeenByNobody) void devices.turnOff('camera').catch(() => undefined)
  }, [devices, isSeenByNobody])

  const lost = lostSources.join(' ')
  useEffect(() => {
    if (lost.includes('camera') || lost.includes('microphone')) say(words.notice.deviceLost)
    // The sound of a screen ends with its picture.
    if (lost.split(' ').includes('screen')) void client.unpublish('screen-audio').catch(() => undefined)
  }, [client, lost, say, words])

  return {
    microphoneOn: grants.has('publish-audio') ? microphoneOn : null,
    cameraOn: grants.has('publish-video') ? cameraOn : null,
    sharing: canShareScreen() && grants.has('publish-screen') ? sharing : null,
    toggleMicrophone,
    toggleCamera,
    toggleShare,
  }
}
