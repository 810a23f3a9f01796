import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'

function subscribeToFullScreen(listener: () => void): () => void {
  document.addEventListener('fullscreenchange', listener)
  return () => document.removeEventListener('fullscreenchange', listener)
}

/** Whether the page fills the screen, and how to change it; null where the browser cannot (iPhones). */
export function useFullScreen(): { on: boolean; toggle: () => void } | null {
  const on = useSyncExternalStore(subscribeToFullScreen, () => document.fullscreenElement !== null)
  const toggle = useCallback(() => {
    const change = document.fullscreenElement === null ? document.documentElement.requestFullscreen() : document.exitFullscreen()
    // The browser may say no, e.g. while another tab has the focus; the person sees that nothing happened.
    change.catch(() => undefined)
  }, [])
  return document.fullscreenEnabled ? { on, toggle } : null
}

interface PictureInPicture {
  on: boolean
  /** Null where the browser cannot, or there is no picture to show. */
  toggle: (() => void) | null
}

/** A small window on top of other programs that shows `track` and follows it when it changes. */
export function usePictureInPicture(track: MediaStreamTrack | null): PictureInPicture {
  const video = useRef<HTMLVideoElement | null>(null)
  const [on, setOn] = useState(false)

  useEffect(() => {
    if (!on || video.current === null) return
    if (track === null) void document.exitPictureInPicture().catch(() => undefined)
    else video.current.srcObject = new MediaStream([track])
  }, [on, track])

  useEffect(
    () => () => {
      if (document.pictureInPictureElement !== null && document.pictureInPictureElement === video.current) {
        void document.exitPictureInPicture().catch(() => undefined)
      }
    },
    [],
  )

  const toggle = useCallback(() => {
    void (async () => {
      if (document.pictureInPictureElement !== null) {
        await document.exitPictureInPicture()
        return
      }
      if (track === null) return
      const element = document.createElement('video')
      element.muted = true
      element.playsInline = true
      element.srcObject = new MediaStream([track])
      element.addEventListener('leavepictureinpicture', () => {
        element.srcObject = null
        setOn(false)
      })
      video.current = element
      await element.play()
      await element.requestPictureInPicture()
      setOn(true)
    })().catch(() => setOn(false))
  }, [track])

  return { on, toggle: document.pictureInPictureEnabled && (on || track !== null) ? toggle : null }
}
