import type { VisitClient, VisitSnapshot } from '@curtain/client'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import type { Devices } from '../devices/devices.ts'
import { useDevices } from '../devices/use-devices.ts'
import { Button, IconButton } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { useMediaQuery } from '../parts/media-query.ts'
import { useVisitWords } from '../words/words.ts'
import { ControlBar } from './control-bar.tsx'
import { HealthBanner } from './health-banner.tsx'
import { useHostActions, type OpenDialog } from './host-actions.ts'
import { useMediaControls } from './media-controls.ts'
import type { MoreItem } from './more-dialog.tsx'
import { PeopleList } from './people-list.tsx'
import { RoomDialogs } from './room-dialogs.tsx'
import { RoomHeader } from './room-header.tsx'
import { useRoomNews } from './room-news.ts'
import { useShortcuts, useShortcutsSetting, type Shortcut } from './shortcuts.ts'
import { Sound } from './sound.tsx'
import { Stage, type StageLayout } from './stage.tsx'
import { liveStream } from './tile.tsx'
import { WaitingNotice } from './waiting-notice.tsx'
import { useFullScreen, usePictureInPicture } from './window-controls.ts'

/** With this much room the list of people stands beside the stage; else it covers it. */
const besideStage = '(min-width: 56rem) and (min-height: 30rem)'

/** The visit itself. */
export function Room({ client, snapshot, devices }: { client: VisitClient; snapshot: VisitSnapshot; devices: Devices }) {
  const words = useVisitWords()
  const shared = useSharedWords()
  const [layout, setLayout] = useState<StageLayout>('grid')
  const [selfShown, setSelfShown] = useState(true)
  const [peopleShown, setPeopleShown] = useState(false)
  const [dialog, setDialog] = useState<OpenDialog | null>(null)
  const [shortcutsOn, switchShortcuts] = useShortcutsSetting()
  const isWide = useMediaQuery(besideStage)
  const { speakerId } = useDevices(devices)
  const media = useMediaControls(client, snapshot, devices)
  const fullScreen = useFullScreen()
  const pictureInPicture = usePictureInPicture(trackOnTop(snapshot))
  const actions = useHostActions(client, setDialog)
  const page = useRef<HTMLElement>(null)
  useRoomNews(snapshot)
  useEffect(() => page.current?.focus(), [])

  const togglePeople = useCallback(() => setPeopleShown((shown) => !shown), [])
  const toggleLayout = useCallback(() => setLayout((before) => (before === 'grid' ? 'speaker' : 'grid')), [])
  const toggleSelf = useCallback(() => setSelfShown((shown) => !shown), [])
  const closeDialog = useCallback(() => setDialog(null), [])

  const doShortcut = useRef<Record<Shortcut, () => void>>(null)
  useEffect(() => {
    doShortcut.current = {
      microphone: media.toggleMicrophone,
      camera: media.toggleCamera,
      share: () => media.sharing !== null && media.toggleShare(),
      people: togglePeople,
      layout: toggleLayout,
      fullScreen: () => fullScreen?.toggle(),
      picture: () => pictureInPicture.toggle?.(),
      selfView: toggleSelf,
      help: () => setDialog({ kind: 'shortcuts' }),
    }
  })
  useShortcuts(
    shortcutsOn,
    useCallback((shortcut) => doShortcut.current?.[shortcut](), []),
  )

  const { controls } = words
  const more: (MoreItem | null)[] = [
    media.sharing === null
      ? null
      : { label: media.sharing ? controls.stopSharing : controls.share, icon: 'share', onPress: media.toggleShare },
    layout === 'grid'
      ? { label: controls.speaker, icon: 'speaker', onPress: toggleLayout }
      : { label: controls.grid, icon: 'grid', onPress: toggleLayout },
    { label: selfShown ? words.room.tuck : words.room.untuck, icon: 'person', onPress: toggleSelf },
    fullScreen === null
      ? null
      : {
          label: fullScreen.on ? controls.exitFullScreen : controls.fullScreen,
          icon: fullScreen.on ? 'exit-full-screen' : 'full-screen',
          onPress: fullScreen.toggle,
        },
    pictureInPicture.toggle === null
      ? null
      : {
          label: pictureInPicture.on ? controls.exitPictureInPicture : controls.pictureInPicture,
          icon: 'picture-in-picture',
          onPress: pictureInPicture.toggle,
        },
    { label: controls.settings, icon: 'settings', onPress: () => setDialog({ kind: 'settings' }) },
    { label: controls.shortcuts, icon: 'keyboard', onPress: () => setDialog({ kind: 'shortcuts' }) },
    { label: controls.privacy, icon: 'lock', onPress: () => setDialog({ kind: 'privacy' }) },
  ]
  const people = <PeopleList snapshot={snapshot} actions={actions} />

  return (
    <div className="room">
      <RoomHeader snapshot={snapshot} onPrivacy={() => setDialog({ kind: 'privacy' })} />
      <main ref={page} tabIndex={-1} className="room-main">
        <div className="room-banners">
          <HealthBanner health={snapshot.health} />
          <WaitingNotice snapshot={snapshot} actions={actions} onShowPeople={() => setPeopleShown(true)} />
          {media.sharing === true && (
            <div className="banner banner-action">
              <span>
                <strong>{words.room.yourScreen}.</strong> {words.room.yourScreenSays}
              </span>
              <Button onClick={media.toggleShare}>{controls.stopSharing}</Button>
            </div>
          )}
          <Sound participants={snapshot.participants} speakerId={speakerId} />
        </div>
        <Stage
          snapshot={snapshot}
          layout={layout}
          selfShown={selfShown}
          onTuckSelf={toggleSelf}
          onShowPeople={() => setPeopleShown(true)}
        />
      </main>
      {peopleShown && isWide && (
        <aside className="room-side" aria-labelledby="room-people">
          <header className="dialog-header">
            <h2 id="room-people">{words.room.people}</h2>
            <IconButton label={shared.close} icon="close" onClick={togglePeople} />
          </header>
          {people}
        </aside>
      )}
      {peopleShown && !isWide && (
        <Dialog title={words.room.people} onClose={togglePeople}>
          {people}
        </Dialog>
      )}
      <ControlBar
        {...media}
        peopleShown={peopleShown}
        waiting={snapshot.waiting.length}
        onMicrophone={media.toggleMicrophone}
        onCamera={media.toggleCamera}
        onShare={media.toggleShare}
        onPeople={togglePeople}
        onMore={() => setDialog({ kind: 'more' })}
        onLeave={() => setDialog({ kind: 'leave' })}
      />
      {dialog !== null && (
        <RoomDialogs
          dialog={dialog}
          client={client}
          snapshot={snapshot}
          devices={devices}
          more={more.filter((item) => item !== null)}
          shortcutsOn={shortcutsOn}
          onSwitchShortcuts={switchShortcuts}
          onEnd={actions.end}
          onClose={closeDialog}
        />
      )}
    </div>
  )
}

/** What the small window shows: a shared screen, else who speaks, else the first who is seen. */
function trackOnTop({ participants, activeSpeakerId }: VisitSnapshot): MediaStreamTrack | null {
  const speakerFirst = participants.toSorted((a, b) => Number(b.id === activeSpeakerId) - Number(a.id === activeSpeakerId))
  for (const source of ['screen', 'camera'] as const) {
    for (const participant of speakerFirst) {
      const stream = liveStream(participant, source)
      if (stream !== null) return stream.track
    }
  }
  return null
}
