import type { CheckpointDelivery } from '@curtain/protocol'
import { useTranslation } from '../../i18n/translation.tsx'
import { useInstant } from '../account/use-instant.ts'
import { useLogStateWords } from './words.ts'

/** Where checkpoints are kept outside the database, and how far each place is. */
export function DeliveriesSection({ deliveries }: { deliveries: readonly CheckpointDelivery[] }) {
  const words = useLogStateWords()
  return (
    <section className="settings-section" aria-labelledby="outside">
      <h2 id="outside">{words.outside}</h2>
      <p className="quiet">{words.outsideHint}</p>
      <ul className="settings-lines log-state-lines">
        {deliveries.map((delivery) => (
          <Place key={`${delivery.kind} ${delivery.name}`} {...delivery} />
        ))}
      </ul>
    </section>
  )
}

function Place({ kind, name, delivered, isLate, failing }: CheckpointDelivery) {
  const words = useLogStateWords()
  const { format } = useTranslation()
  const instant = useInstant()
  const isBad = isLate || failing !== null
  const trouble = failing?.code === 'contradicts' ? words.misfit : words.failing
  const word = failing !== null ? trouble : isLate ? words.late : words.upToDate
  return (
    <li className="settings-line">
      <div className="settings-line-what">
        <strong>{words.kinds[kind]}</strong>
        <code>{name}</code>
        <span className="quiet">
          {delivered === null ? words.nothingThere : words.delivered(format.number(delivered.size), instant(delivered.at))}
        </span>
        {failing !== null && (
          <span className="log-state-failure">
            {words.failures[failing.code]} {words.failingSince(instant(failing.since), instant(failing.nextAttemptAt))}
          </span>
        )}
      </div>
      <span className="log-state-mark" data-state={isBad ? 'bad' : 'good'}>
        {word}
      </span>
    </li>
  )
}
