import type { RemoteParticipant, VisitSnapshot, WaitingParticipant } from '@curtain/client'
import type { ParticipantId } from '@curtain/protocol'
import { useId, useState, type ReactNode } from 'react'
import { Button, IconButton } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { Initials } from '../parts/initials.tsx'
import { QualityMark } from '../parts/quality-mark.tsx'
import { isSecuring } from '../privacy/privacy-state.ts'
import { usePrivacyWords } from '../privacy/words.ts'
import { useVisitWords } from '../words/words.ts'
import { liveStream } from './tile.tsx'

/** What a host does with one person. */
export interface HostActions {
  admit(participantId: ParticipantId): void
  refuse(participant: WaitingParticipant): void
  mute(participantId: ParticipantId): void
  sendBack(participantId: ParticipantId): void
  remove(participant: RemoteParticipant): void
  lock(locked: boolean): void
  invite(): void
}

/** Who is here and who waits; for a host, with what may be done about it. */
export function PeopleList({ snapshot, actions }: { snapshot: VisitSnapshot; actions: HostActions }) {
  const words = useVisitWords()
  const { lock } = usePrivacyWords()
  const { self, participants, waiting, grants, locked, encryption } = snapshot
  const mayModerate = grants.has('moderate')
  const detailOf = ({ id, role, connected }: RemoteParticipant) => {
    if (!connected) return words.room.droppedOff
    // Without keys, name and role are not known for certain.
    return isSecuring(encryption, id) ? lock.securing : words.room[role]
  }
  const own = (source: 'microphone') => snapshot.local.some((stream) => stream.source === source && !stream.paused)
  return (
    <div className="people">
      {waiting.length > 0 && (
        <section aria-label={words.room.waits}>
          <h3 className="people-heading">{words.room.waitingCount(waiting.length)}</h3>
          <ul>
            {waiting.map((participant) => (
              <WaitingRow key={participant.id} participant={participant} actions={actions} />
            ))}
          </ul>
        </section>
      )}
      <section aria-label={words.room.here}>
        <h3 className="people-heading">{words.room.peopleCount(participants.length + 1)}</h3>
        <ul>
          {self !== null && (
            <PersonRow
              name={words.nameOfSelf(self.displayName)}
              detail={words.room[self.role]}
              microphoneOn={own('microphone')}
              quality={self.quality}
            />
          )}
          {participants.map((participant) => (
            <PersonRow
              key={participant.id}
              name={participant.displayName}
              detail={detailOf(participant)}
              microphoneOn={liveStream(participant, 'microphone') !== null}
              quality={participant.connected ? participant.quality : 0}
              actions={mayModerate ? <Moderation participant={participant} actions={actions} /> : undefined}
            />
          ))}
        </ul>
      </section>
      {mayModerate && (
        <div className="people-host">
          {grants.has('admit') && (
            <Button icon="link" onClick={() => actions.invite()}>
              {words.host.invite}
            </Button>
          )}
          <Button icon="door" aria-pressed={locked} onClick={() => actions.lock(!locked)}>
            {locked ? words.host.unlock : words.host.lock}
          </Button>
        </div>
      )}
    </div>
  )
}

function WaitingRow({ participant, actions }: { participant: WaitingParticipant; actions: HostActions }) {
  const words = useVisitWords()
  const { displayName: name } = participant
  return (
    <li className="person">
      <Initials name={name} />
      <span className="person-words">
        <span className="person-name">{name}</span>
        <span className="person-detail">
          {words.room[participant.role]}
          {participant.confirmedBy !== null && ` · ${words.host.confirmedBy[participant.confirmedBy]}`}
          {!participant.connected && ` · ${words.host.away}`}
        </span>
      </span>
      <span className="person-choice">
        <Button look="primary" aria-label={words.host.admitOne(name)} onClick={() => actions.admit(participant.id)}>
          {words.host.admit}
        </Button>
        <Button aria-label={words.host.refuseOne(name)} onClick={() => actions.refuse(participant)}>
          {words.host.refuse}
        </Button>
      </span>
    </li>
  )
}

interface PersonRow {
  name: string
  detail: string
  microphoneOn: boolean
  quality: number
  actions?: ReactNode
}

function PersonRow({ name, detail, microphoneOn, quality, actions }: PersonRow) {
  const words = useVisitWords()
  const [open, setOpen] = useState(false)
  const actionsId = useId()
  return (
    <li className="person">
      <Initials name={name} />
      <span className="person-words">
        <span className="person-name">{name}</span>
        <span className="person-detail">{detail}</span>
      </span>
      {!microphoneOn && <Icon name="microphone-off" size={18} label={words.room.microphoneOff} />}
      <QualityMark quality={quality} />
      {actions !== undefined && (
        <>
          <IconButton
            label={words.host.actions(name)}
            icon="more"
            aria-expanded={open}
            aria-controls={open ? actionsId : undefined}
            onClick={() => setOpen(!open)}
          />
          {open && (
            <div id={actionsId} className="person-actions">
              {actions}
            </div>
          )}
        </>
      )}
    </li>
  )
}

function Moderation({ participant, actions }: { participant: RemoteParticipant; actions: HostActions }) {
  const words = useVisitWords()
  const staff = participant.role === 'host'
  return (
    <>
      {liveStream(participant, 'microphone') !== null && (
        <Button icon="microphone-off" onClick={() => actions.mute(participant.id)}>
          {words.host.mute}
        </Button>
      )}
      {!staff && (
        <Button icon="clock" onClick={() => actions.sendBack(participant.id)}>
          {words.host.sendBack}
        </Button>
      )}
      <Button icon="leave" onClick={() => actions.remove(participant)}>
        {words.host.remove}
      </Button>
    </>
  )
}
