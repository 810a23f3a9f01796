import { Button } from '@mantine/core'
import type { Link, Visit } from '@curtain/protocol'
import { useTranslation } from '../../i18n/translation.tsx'
import { Icon } from '../shell/icons.tsx'
import { Notice } from '../shell/notice.tsx'
import { LinkToCopy } from './link-to-copy.tsx'
import { TransportMark } from './transport-mark.tsx'
import { useVisitWords } from './words.ts'

interface VisitMadeProps {
  visit: Visit
  /** Whether the reader holds visits themselves. */
  mayOpen: boolean
  link: Link
  onAnother: () => void
  onClose: () => void
}

/** A visit was made: its link, and what to do with it. */
export function VisitMade({ visit, mayOpen, link, onAnother, onClose }: VisitMadeProps) {
  const words = useVisitWords()
  const { format } = useTranslation()
  const startsAt = new Date(visit.startsAt)
  return (
    <div className="dialog-body">
      <p className="made">
        <Icon name="check" /> {words.made(visit.patient.name, format.day(startsAt), format.time(startsAt))}
      </p>
      <TransportMark visit={visit} />
      {link.sent && <Notice tone="info">{words.linkSent}</Notice>}
      <LinkToCopy link={link} name={visit.patient.name} />
      {link.check !== 'none' && <p className="quiet">{words.checkHints[link.check]}</p>}
      <section className="next-steps" aria-labelledby="next-steps">
        <h3 id="next-steps">{words.whatNext}</h3>
        <ol>
          {(mayOpen ? words.steps : words.steps.slice(0, 2)).map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </section>
      <div className="dialog-actions">
        <Button variant="subtle" onClick={onAnother}>
          {words.another}
        </Button>
        {mayOpen && (
          <Button variant="default" component="a" href={`/visits/${visit.id}`}>
            {words.openVisit}
          </Button>
        )}
        <Button onClick={onClose}>
          {words.done}
        </Button>
      </div>
    </div>
  )
}
