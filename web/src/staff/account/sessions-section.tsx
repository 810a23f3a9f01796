import { Button } from '@mantine/core'
import type { StaffSession } from '@curtain/protocol'
import { useCallback } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { useFresh } from '../api/use-fresh.ts'
import { useRequest } from '../api/use-request.ts'
import { useConfirmation } from '../session/confirm.tsx'
import { useSession } from '../session/session.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { Question } from '../shell/question.tsx'
import { useDialog } from './use-dialog.ts'
import { useInstant } from './use-instant.ts'
import { useAccountWords } from './words.ts'

/** The browsers in which one is signed in, and how to sign out there. */
export function SessionsSection() {
  const words = useAccountWords()
  const shared = useSharedWords()
  const { api } = useSession()
  const withConfirmation = useConfirmation()
  const { value, failure, read } = useFresh(useCallback((signal: AbortSignal) => api.sessions(signal), [api]))
  const { open, show, close, done } = useDialog<'others'>()
  const ending = useRequest()
  const sessions = value?.sessions.toSorted((a, b) => Number(b.isThis) - Number(a.isThis)) ?? []

  const end = (session: StaffSession) =>
    ending.run(async () => {
      await withConfirmation(() => api.endSession(session.id))
      done(words.sessionEnded)
      read()
    })
  return (
    <section className="settings-section" aria-labelledby="sessions">
      <h2 id="sessions">{words.sessions}</h2>
      {failure !== null && <FailureNotice failure={failure} onRetry={read} />}
      {ending.failure !== null && <FailureNotice failure={ending.failure} />}
      {value === null && failure === null && <output>{shared.loading}</output>}
      <ul className="settings-lines account-list">
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} busy={ending.busy} onEnd={() => void end(session)} />
        ))}
      </ul>
      {sessions.length === 1 && <p className="quiet">{words.onlyHere}</p>}
      {sessions.length > 1 && (
        <div className="account-actions">
          <Button variant="default" onClick={() => show('others')}>
            {words.endOthers}
          </Button>
        </div>
      )}
      {open === 'others' && (
        <Question
          title={words.endOthersTitle}
          keep={shared.cancel}
          act={words.endOthers}
          onClose={close}
          onAct={async () => {
            await api.endOtherSessions()
            done(words.othersEnded)
            read()
          }}
        >
          <p>{words.endOthersExplained}</p>
        </Question>
      )}
    </section>
  )
}

function SessionRow({ session, busy, onEnd }: { session: StaffSession; busy: boolean; onEnd: () => void }) {
  const words = useAccountWords()
  const instant = useInstant()
  const device = words.device(session.device)
  return (
    <li className="settings-line">
      <div className="settings-line-what account-what">
        <strong>{session.isThis ? `${device} · ${words.thisBrowser}` : device}</strong>
        <span className="quiet">
          {words.signedInAt(instant(session.createdAt))} · {words.usedAt(instant(session.lastUsedAt))} · {session.address}
        </span>
      </div>
      {!session.isThis && (
        <Button size="xs" variant="default" disabled={busy} aria-label={words.endSessionOf(device)} onClick={onEnd}>
          {words.endSession}
        </Button>
      )}
    </li>
  )
}
