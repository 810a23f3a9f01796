import { Button } from '@mantine/core'
import type { AlertList, AlertRule, SignedIn } from '@curtain/protocol'
import { useCallback, useEffect, useState } from 'react'
import { useFresh } from '../api/use-fresh.ts'
import { LogTabs } from '../audit/log-tabs.tsx'
import { usePeople } from '../people/use-people.ts'
import { useSession } from '../session/session.tsx'
import { useAnnouncer } from '../shell/announcer.tsx'
import { Icon } from '../shell/icons.tsx'
import { LoadingSection } from '../shell/loading-lines.tsx'
import { FailureNotice, Notice } from '../shell/notice.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { useOpener } from '../shell/use-opener.ts'
import './alerts.css'
import { DeliveriesSection } from './deliveries-section.tsx'
import { ForgetOldSecret } from './forget-old-secret.tsx'
import { NewSecret } from './new-secret.tsx'
import { RemoveRule } from './remove-rule.tsx'
import { RuleDialog } from './rule-dialog.tsx'
import { RuleLine } from './rule-line.tsx'
import { useAlertWords } from './words.ts'

type Open = { what: 'create' } | { what: 'change' | 'remove' | 'secret' | 'old-secret'; rule: AlertRule }

/** How soon it is looked whether what was on its way has arrived. */
const soonMs = 3000

/** `/log/alerts`: when the security officers are told, by what, and what became of it. */
export function AlertsPage({ who }: { who: SignedIn }) {
  const words = useAlertWords()
  const { api } = useSession()
  const say = useAnnouncer()
  const opener = useOpener()
  const { value, failure, read } = useFresh(useCallback((signal: AbortSignal) => api.alerts(signal), [api]))
  const { people } = usePeople()
  const [open, setOpen] = useState<Open | null>(null)
  useSoonAgain(value, read)

  const show = (wanted: Open) => {
    opener.remember()
    setOpen(wanted)
  }
  const close = (leaving: boolean) => {
    opener.giveBack({ leaving })
    setOpen(null)
  }
  const done = (said: string) => {
    // What was pressed for these goes with what they take away.
    close(open?.what === 'remove' || open?.what === 'old-secret')
    say(said)
    read()
  }
  const nameOf = (id: string) => people?.find((one) => one.id === id)?.name ?? (people === null ? id : words.somebodyGone)

  return (
    <div className="settings">
      <div className="page-head">
        <div>
          <PageHeading name={words.title}>{words.title}</PageHeading>
          <p className="quiet">{words.hint}</p>
        </div>
      </div>
      <LogTabs who={who} />
      {failure !== null && <FailureNotice failure={failure} onRetry={read} />}
      {value === null && failure === null && <LoadingSection label={words.loading} widths={[48, 70, 56]} height={48} />}
      {value !== null && (
        <>
          {!value.sendsMail && <Notice tone="info">{words.noMail}</Notice>}
          <section className="settings-section" aria-labelledby="rules">
            <div className="alerts-head">
              <h2 id="rules">{words.rules}</h2>
              <Button leftSection={<Icon name="plus" />} onClick={() => show({ what: 'create' })}>
                {words.create}
              </Button>
            </div>
            {value.rules.length === 0 ? (
              <p className="quiet">{words.none}</p>
            ) : (
              <ul className="alerts">
                {value.rules.map((rule) => (
                  <RuleLine key={rule.id} rule={rule} nameOf={nameOf} onShow={(what) => show({ what, rule })} onTested={read} />
                ))}
              </ul>
            )}
          </section>
          <DeliveriesSection deliveries={value.deliveries} rules={value.rules} onChanged={read} />
        </>
      )}
      {(open?.what === 'create' || open?.what === 'change') && (
        <RuleDialog rule={open.what === 'change' ? open.rule : null} people={people ?? []} onSaved={read} onDone={done} onClose={() => close(false)} />
      )}
      {open?.what === 'secret' && <NewSecret rule={open.rule} onMade={read} onClose={() => close(false)} />}
      {open?.what === 'old-secret' && <ForgetOldSecret rule={open.rule} onDone={done} onClose={() => close(false)} />}
      {open?.what === 'remove' && <RemoveRule rule={open.rule} onDone={done} onClose={() => close(false)} />}
    </div>
  )
}

/** Reads again in a moment what waits for the outcome of its first attempt, as a test that was just asked for does. */
function useSoonAgain(value: AlertList | null, read: () => void): void {
  useEffect(() => {
    const isNew = value?.deliveries.some(({ state, problem }) => state === 'waiting' && problem === null) === true
    const timer = isNew ? setTimeout(read, soonMs) : undefined
    return () => clearTimeout(timer)
  }, [value, read])
}
