import { useTranslation } from '../../i18n/translation.tsx'
import { Notice } from '../shell/notice.tsx'
import { PageLink } from '../shell/page-link.tsx'
import { useNow } from '../time/use-now.ts'
import { useOpenGlasses } from './use-open-glasses.ts'
import { useBreakGlassWords } from './words.ts'

/** The way back to whom the reader opened in an emergency: they are in no list. */
export function OpenGlasses() {
  const words = useBreakGlassWords()
  const { format } = useTranslation()
  const { open } = useOpenGlasses()
  const now = useNow(15_000)
  return open
    .filter(({ until }) => Date.parse(until) > now.getTime())
    .map(({ id, patientId, until }) => (
      <Notice key={id} tone="warning" action={<PageLink to={`/patients/${patientId}`}>{words.goOn}</PageLink>}>
        {words.openNow(format.time(new Date(until)))}
      </Notice>
    ))
}
