import type { Link } from '@curtain/protocol'
import { useTranslation } from '../../i18n/translation.tsx'
import { TextToCopy } from '../shell/text-to-copy.tsx'
import { useVisitWords } from './words.ts'

interface LinkToCopyProps {
  link: Pick<Link, 'url' | 'expiresAt'>
  /** Whom it is for. */
  name: string
  /** Copies at once, when the person has just asked for that. Otherwise the button to copy takes the focus. */
  copyNow?: boolean
  /** Until when it works, in words; as for a link to a visit, if nothing else is said. */
  expires?: (when: string) => string
}

/** A link in the one moment in which it is known, to be copied and sent. */
export function LinkToCopy({ link, name, copyNow = false, expires }: LinkToCopyProps) {
  const words = useVisitWords()
  const { format } = useTranslation()
  const expiresAt = new Date(link.expiresAt)
  return (
    <div className="link-to-copy">
      <TextToCopy
        label={words.linkLabel(name)}
        text={link.url}
        words={{ ...words, copy: words.copyLink }}
        first={copyNow ? 'copies' : 'takes-focus'}
      />
      <p className="quiet">
        {words.shownOnce} {(expires ?? words.expires)(`${format.day(expiresAt)}, ${format.time(expiresAt)}`)}
      </p>
    </div>
  )
}
