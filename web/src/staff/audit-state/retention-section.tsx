import { Button, NumberInput } from '@mantine/core'
import { type AuditRetention, type LegalHold, leastRetentionYears, mostRetentionYears } from '@curtain/protocol'
import { useCallback, useState, type FormEvent } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { useInstant } from '../account/use-instant.ts'
import { useFresh } from '../api/use-fresh.ts'
import { useRequest } from '../api/use-request.ts'
import { useConfirmation } from '../session/confirm.tsx'
import { useSession } from '../session/session.tsx'
import { useAnnouncer } from '../shell/announcer.tsx'
import { LoadingLines } from '../shell/loading-lines.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { useOpener } from '../shell/use-opener.ts'
import { EndHold, SetHold } from './hold-dialogs.tsx'
import './retention.css'
import { useRetentionWords } from './retention-words.ts'

/** For how long events are kept, and what is kept longer: for security officers to change, for auditors to read. */
export function RetentionSection() {
  const words = useRetentionWords()
  const { format } = useTranslation()
  const instant = useInstant()
  const { api } = useSession()
  const { value, failure, read, replace } = useFresh(useCallback((signal: AbortSignal) => api.retention(signal), [api]))
  return (
    <section className="settings-section" aria-labelledby="retention">
      <h2 id="retention">{words.title}</h2>
      <p className="quiet">{words.explained}</p>
      {failure !== null && <FailureNotice failure={failure} onRetry={read} />}
      {value === null && failure === null && <LoadingLines label={words.loading} widths={[32, 60]} height={18} />}
      {value !== null && (
        <>
          {value.mayChange ? (
            <Years state={value} onChanged={replace} />
          ) : (
            <p className="retention-years">{words.years(format.number(value.years))}</p>
          )}
          {value.yearsInForce !== value.years && <p className="quiet">{words.still(format.number(value.yearsInForce))}</p>}
          <p className="quiet">
            {value.pruned === null ? words.none : words.removed(format.number(value.pruned.count), instant(value.pruned.lastAt))}
          </p>
          <Holds state={value} onChanged={replace} />
        </>
      )}
    </section>
  )
}

interface PartProps {
  state: AuditRetention
  onChanged: (state: AuditRetention) => void
}

function Years({ state, onChanged }: PartProps) {
  const words = useRetentionWords()
  const { api } = useSession()
  const say = useAnnouncer()
  const withConfirmation = useConfirmation()
  const { busy, failure, run } = useRequest()
  /** Null: nobody has changed anything, and what is read anew shows. */
  const [edited, setEdited] = useState<number | null>(null)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (edited === null || busy) return
    void run(async () => {
      onChanged(await withConfirmation(() => api.keepLogFor(edited)))
      setEdited(null)
      say(words.saved)
    })
  }
  return (
    <form className="retention-form" noValidate aria-busy={busy} onSubmit={submit}>
      <NumberInput
        label={words.yearsLabel}
        description={words.yearsHint}
        suffix={` ${words.yearsUnit}`}
        min={leastRetentionYears}
        max={mostRetentionYears}
        clampBehavior="blur"
        allowDecimal={false}
        value={edited ?? state.years}
        onChange={(years) => setEdited(typeof years === 'number' && years !== state.years ? years : null)}
      />
      {failure !== null && <FailureNotice failure={failure} />}
      {edited !== null && (
        <div className="retention-actions">
          <Button type="submit" loading={busy}>
            {words.save}
          </Button>
          <Button variant="default" disabled={busy} onClick={() => setEdited(null)}>
            {words.discard}
          </Button>
        </div>
      )}
    </form>
  )
}

function Holds({ state, onChanged }: PartProps) {
  const words = useRetentionWords()
  const say = useAnnouncer()
  const opener = useOpener()
  const [open, setOpen] = useState<'set' | LegalHold | null>(null)
  const show = (what: 'set' | LegalHold) => {
    opener.remember()
    setOpen(what)
  }
  const close = () => {
    opener.giveBack({ leaving: false })
    setOpen(null)
  }
  const done = (now: AuditRetention, said: string) => {
    onChanged(now)
    close()
    say(said)
  }
  return (
    <>
      <h3>{words.holds}</h3>
      <p className="quiet">{words.holdsExplained}</p>
      {state.holds.length === 0 && <p>{words.noHolds}</p>}
      <ul className="settings-lines log-state-lines">
        {state.holds.map((hold) => (
          <Hold key={hold.id} hold={hold} {...(state.mayChange && hold.ended === null && { onEnd: () => show(hold) })} />
        ))}
      </ul>
      {state.mayChange && (
        <div className="retention-actions">
          <Button variant="default" onClick={() => show('set')}>
            {words.add}
          </Button>
        </div>
      )}
      {open === 'set' && <SetHold onSet={(now) => done(now, words.held)} onClose={close} />}
      {open !== null && open !== 'set' && <EndHold hold={open} onEnded={(now) => done(now, words.endSaid)} onClose={close} />}
    </>
  )
}

function Hold({ hold, onEnd }: { hold: LegalHold; onEnd?: () => void }) {
  const words = useRetentionWords()
  const instant = useInstant()
  const { patientId, reason, setAt, setBy, ended, isInForce } = hold
  return (
    <li className="settings-line">
      <div className="settings-line-what">
        <strong>
          {patientId === null ? words.all : words.patient} {patientId !== null && <code>{patientId}</code>}
        </strong>
        <span>{reason ?? <span className="quiet">{words.noReason}</span>}</span>
        <span className="quiet">{words.since(instant(setAt), setBy.name)}</span>
        {ended !== null && <span className="quiet">{words.ended(instant(ended.at), ended.by.name)}</span>}
        {ended !== null && <span className="quiet">{isInForce ? words.holdsOn : words.over}</span>}
      </div>
      {onEnd !== undefined && (
        <Button variant="default" size="xs" aria-label={words.endOf(patientId ?? words.all)} onClick={onEnd}>
          {words.end}
        </Button>
      )}
    </li>
  )
}
