import type { BrokenGlass } from '@curtain/protocol'
import { useTranslation } from '../../i18n/translation.tsx'
import { useBreakGlassWords } from './words.ts'

/** Why a patient was opened in an emergency, when, and how much was looked at. */
export function GlassFacts({ glass: { reason, brokenAt, until, requests } }: { glass: BrokenGlass }) {
  const words = useBreakGlassWords()
  const { format } = useTranslation()
  const [from, to] = [new Date(brokenAt), new Date(until)]
  return (
    <dl className="facts glass-facts">
      <dt>{words.why}</dt>
      <dd className="reason">{reason}</dd>
      <dt>{words.when}</dt>
      <dd>{words.span(format.date(from), format.time(from), format.time(to))}</dd>
      <dt>{words.looked}</dt>
      <dd>{words.requests(requests, format.number(requests))}</dd>
    </dl>
  )
}
