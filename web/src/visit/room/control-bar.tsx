import { useChatWords } from '../chat/words.ts'
import { Icon, type IconName } from '../parts/icon.tsx'
import { useVisitWords } from '../words/words.ts'

interface ControlBar {
  /** Null for whoever may not speak; likewise the others. */
  microphoneOn: boolean | null
  cameraOn: boolean | null
  /** Null as well where the browser cannot share a screen. */
  sharing: boolean | null
  peopleShown: boolean
  /** Null where there is no chat: in visits that are not end-to-end encrypted, and for whoever may not take part in it. */
  chat: { shown: boolean; unread: number } | null
  /** How many wait to be let in. */
  waiting: number
  onMicrophone: () => void
  onCamera: () => void
  onShare: () => void
  onPeople: () => void
  onChat: () => void
  onMore: () => void
  onLeave: () => void
}

/** What is used all the time, in one row that fits the narrowest phone; the rest is under “More”. */
export function ControlBar(bar: ControlBar) {
  const words = useVisitWords()
  const chat = useChatWords()
  return (
    <section className="bar" aria-label={words.room.controls}>
      {bar.microphoneOn !== null && (
        <Switch
          label={words.controls.microphone}
          short={words.controls.microphoneShort}
          icon={bar.microphoneOn ? 'microphone' : 'microphone-off'}
          on={bar.microphoneOn}
          onPress={bar.onMicrophone}
        />
      )}
      {bar.cameraOn !== null && (
        <Switch
          label={words.controls.camera}
          icon={bar.cameraOn ? 'camera' : 'camera-off'}
          on={bar.cameraOn}
          onPress={bar.onCamera}
        />
      )}
      {bar.sharing !== null && (
        <Control
          label={bar.sharing ? words.controls.stopSharing : words.controls.shareShort}
          icon="share"
          className="bar-share"
          active={bar.sharing}
          onPress={bar.onShare}
        />
      )}
      <Control
        label={words.controls.people}
        icon="people"
        active={bar.peopleShown}
        expanded={bar.peopleShown}
        count={bar.waiting}
        countLabel={words.room.waitingCount(bar.waiting)}
        onPress={bar.onPeople}
      />
      {bar.chat !== null && (
        <Control
          label={chat.title}
          icon="chat"
          active={bar.chat.shown}
          expanded={bar.chat.shown}
          count={bar.chat.unread}
          countLabel={chat.unread(bar.chat.unread)}
          onPress={bar.onChat}
        />
      )}
      <Control label={words.controls.more} icon="more" onPress={bar.onMore} opensDialog />
      <Control label={words.controls.leave} icon="leave" className="bar-leave" onPress={bar.onLeave} />
    </section>
  )
}

interface Switch {
  label: string
  /** The beginning of the label, for phones on which all of it has no room. */
  short?: string
  icon: IconName
  on: boolean
  onPress: () => void
}

function Switch({ label, short, icon, on, onPress }: Switch) {
  return (
    <button
      type="button"
      role="switch"
      aria-label={label}
      aria-checked={on}
      className="control control-switch"
      onClick={onPress}
    >
      <span className="control-face">
        <Icon name={icon} />
      </span>
      <span className="control-label" data-short={short}>
        {label}
      </span>
    </button>
  )
}

interface Control {
  label: string
  icon: IconName
  className?: string
  active?: boolean
  expanded?: boolean
  opensDialog?: boolean
  count?: number
  countLabel?: string
  onPress: () => void
}

function Control({ label, icon, className = '', active, expanded, opensDialog, count = 0, countLabel, onPress }: Control) {
  return (
    <button
      type="button"
      className={`control ${className}`}
      data-active={active}
      aria-expanded={expanded}
      aria-haspopup={opensDialog === true ? 'dialog' : undefined}
      onClick={onPress}
    >
      <span className="control-face">
        <Icon name={icon} />
        {count > 0 && (
          <span className="control-count" aria-hidden="true">
            {count}
          </span>
        )}
      </span>
      <span className="control-label">{label}</span>
      {count > 0 && <span className="visually-hidden">, {countLabel}</span>}
    </button>
  )
}
