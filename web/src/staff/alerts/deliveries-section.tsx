import { Button } from '@mantine/core'
import type { AlertDelivery, AlertRule } from '@curtain/protocol'
import { useInstant } from '../account/use-instant.ts'
import { useRequest } from '../api/use-request.ts'
import { useSession } from '../session/session.tsx'
import { useAnnouncer } from '../shell/announcer.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { useAlertWords } from './words.ts'

interface DeliveriesSectionProps {
  deliveries: readonly AlertDelivery[]
  rules: readonly AlertRule[]
  onChanged: () => void
}

/** What was sent, and what became of it. */
export function DeliveriesSection({ deliveries, rules, onChanged }: DeliveriesSectionProps) {
  const words = useAlertWords()
  const withWebhook = new Set(rules.filter(({ webhookUrl }) => webhookUrl !== null).map(({ id }) => id))
  return (
    <section className="settings-section" aria-labelledby="sent">
      <h2 id="sent">{words.sent}</h2>
      {deliveries.length === 0 ? (
        <p className="quiet">{words.noneSent}</p>
      ) : (
        <ul className="alerts">
          {deliveries.map((delivery) => (
            <Delivery key={delivery.id} delivery={delivery} canBeSent={withWebhook.has(delivery.rule.id)} onChanged={onChanged} />
          ))}
        </ul>
      )}
    </section>
  )
}

interface DeliveryProps {
  delivery: AlertDelivery
  /** Its rule still has where to send it. */
  canBeSent: boolean
  onChanged: () => void
}

function Delivery({ delivery, canBeSent, onChanged }: DeliveryProps) {
  const words = useAlertWords()
  const instant = useInstant()
  const { api } = useSession()
  const say = useAnnouncer()
  const { busy, failure, run } = useRequest()
  const { by, kind, count, state, problem, status, attempts, nextAttemptAt, rule } = delivery
  const when = instant(delivery.createdAt)
  const send = () =>
    run(async () => {
      await api.sendAlertAgain(delivery.id)
      say(words.sending)
      onChanged()
    })
  const isAgain = state === 'failed'
  return (
    <li className="alert-line">
      <div className="alert-what">
        <span className="alert-name">
          <strong>{rule.name}</strong>
          <span className="alert-mark" data-tone={state}>
            {words.states[state]}
          </span>
        </span>
        <span className="quiet">
          {words.ways[by]} · {words.told[kind](count)} · {when}
        </span>
        {problem !== null && state !== 'delivered' && (
          <span className="alert-problem" data-failed={isAgain || undefined}>
            {words.problems[problem]} {status !== null && words.status(status)}
          </span>
        )}
        {by === 'webhook' && attempts > 0 && (
          <span className="quiet">
            {words.attempts(attempts)}
            {nextAttemptAt !== null && ` · ${words.nextAttempt(instant(nextAttemptAt))}`}
          </span>
        )}
      </div>
      {by === 'webhook' && canBeSent && state !== 'delivered' && (
        <Button
          size="xs"
          variant="default"
          loading={busy}
          aria-label={isAgain ? words.sendAgainOf(rule.name, when) : words.sendNowOf(rule.name, when)}
          onClick={() => void send()}
        >
          {isAgain ? words.sendAgain : words.sendNow}
        </Button>
      )}
      {failure !== null && <FailureNotice failure={failure} />}
    </li>
  )
}
