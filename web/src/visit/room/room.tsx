import type { VisitClient, VisitSnapshot } from '@curtain/client'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useChatNews } from '../chat/chat-news.ts'
import { ChatPanel } from '../chat/chat-panel.tsx'
import { useChatWords } from '../chat/words.ts'
import type { Devices } from '../devices/devices.ts'
import { useDevices } from '../devices/use-devices.ts'
import { Button } from '../parts/button.tsx'
import { useMediaQuery } from '../parts/media-query.ts'
import { CodeChanged } from '../privacy/code-changed.tsx'
import { lockIcons } from '../privacy/lock.tsx'
import { privacyState } from '../privacy/privacy-state.ts'
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
import { SidePanel, type Panel } from './side-panel.tsx'
import { Sound } from './sound.tsx'
import { Stage, type StageLayout } from './stage.tsx'
import { liveStream } from './tile.tsx'
import { WaitingNotice } from './waiting-notice.tsx'
import { useFullScreen, usePictureInPicture } from './window-controls.ts'

/** With this much room the people or the chat stand beside the stage; else they cover it. */
const besideStage = '(min-width: 56rem) and (min-height: 30rem)'

/** The visit itself. */
export function Room({ client, snapshot, devices }: { client: VisitClient; snapshot: VisitSnapshot; devices: Devices }) {
  const words = useVisitWords()
  const chatWords = useChatWords()
  const [layout, setLayout] = useState<StageLayout>('grid')
  const [selfShown, setSelfShown] = useState(true)
  const [panel, setPanel] = useState<Panel | null>(null)
  const [dialog, setDialog] = useState<OpenDialog | null>(null)
  const [shortcutsOn, switchShortcuts] = useShortcutsSetting()
  const isWide = useMediaQuery(besideStage)
  const { speakerId } = useDevices(devices)
  const media = useMediaControls(client, snapshot, devices)
  const fullScreen = useFullScreen()
  const pictureInPicture = usePictureInPicture(trackOnTop(snapshot))
  const actions = useHostActions(client, setDialog)
  const page = useRef<HTMLElement>(null)
  const [draft, setDraft] = useState('')
  const privacy = privacyState(snapshot)
  // Chat goes under the same keys as picture and sound: where there are none, there is no chat.
  const hasChat = privacy !== 'transport' && snapshot.grants.has('chat')
  useRoomNews(snapshot)
  useEffect(() => page.current?.focus(), [])

  const toggle = useCallback((which: Panel) => setPanel((shown) => (shown === which ? null : which)), [])
  const togglePeople = useCallback(() => toggle('people'), [toggle])
  const toggleChat = useCallback(() => toggle('chat'), [toggle])
  const showPeople = useCallback(() => setPanel('people'), [])
  const showChat = useCallback(() => setPanel('chat'), [])
  const closePanel = useCallback(() => setPanel(null), [])
  const showPrivacy = useCallback(() => setDialog({ kind: 'privacy' }), [])
  const unread = useChatNews(snapshot.chat, panel === 'chat', showChat)
  const toggleLayout = useCallback(() => setLayout((before) => (before === 'grid' ? 'speaker' : 'grid')), [])
  const toggleSelf = useCallback(() => setSelfShown((shown) => !shown), [])
  const closeDialog = useCallback(() => setDialog(null), [])

  const doShortcut = useRef<Record<Shortcut, () => void>>(null)
  useEffect(() => {
    doShortcut.current = {
      microphone: () => media.microphoneOn !== null && media.toggleMicrophone(),
      camera: () => media.cameraOn !== null && media.toggleCamera(),
      share: () => media.sharing !== null && media.toggleShare(),
      people: togglePeople,
      chat: () => hasChat && toggleChat(),
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
    { label: controls.privacy, icon: lockIcons[privacy], onPress: showPrivacy },
  ]

  return (
    <div className="room">
      <RoomHeader snapshot={snapshot} onPrivacy={showPrivacy} />
      <main ref={page} tabIndex={-1} className="room-main">
        <div className="room-banners">
          <HealthBanner health={snapshot.health} />
          <WaitingNotice snapshot={snapshot} actions={actions} onShowPeople={showPeople} />
          <CodeChanged
            encryption={snapshot.encryption}
            onShow={() => setDialog({ kind: 'code' })}
            onDismiss={() => client.dismissCodeChange()}
          />
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
          onShowPeople={showPeople}
        />
      </main>
      {panel === 'people' && (
        <SidePanel key="people" title={words.room.people} beside={isWide} onClose={closePanel}>
          <PeopleList snapshot={snapshot} actions={actions} />
        </SidePanel>
      )}
      {panel === 'chat' && hasChat && (
        <SidePanel key="chat" title={chatWords.title} beside={isWide} tall onClose={closePanel}>
          <ChatPanel client={client} snapshot={snapshot} draft={draft} onDraft={setDraft} takesFocus={isWide} />
        </SidePanel>
      )}
      <ControlBar
        {...media}
        peopleShown={panel === 'people'}
        chat={hasChat ? { shown: panel === 'chat', unread } : null}
        waiting={snapshot.waiting.length}
        onMicrophone={media.toggleMicrophone}
        onCamera={media.toggleCamera}
        onShare={media.toggleShare}
        onPeople={togglePeople}
        onChat={toggleChat}
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
