import type { KeyHolder } from '@curtain/client'
import type { ParticipantRole } from '@curtain/protocol'
import { useTranslation } from '../../i18n/translation.tsx'
import { Button } from '../parts/button.tsx'
import { usePrivacyWords } from './words.ts'

interface Strangers {
  /** At least one. */
  strangers: readonly KeyHolder[]
  /** Of whoever reads this. */
  role: ParticipantRole
  onLeave: () => void
}

/** Who is not in the visit any more and may still see and hear, and what to do about it. */
export function Strangers({ strangers, role, onLeave }: Strangers) {
  const words = usePrivacyWords()
  const { language } = useTranslation()
  const names = new Intl.ListFormat(language).format(strangers.map(({ displayName }) => displayName))
  return (
    <section className="privacy-note privacy-part" aria-label={words.lock.doubtful}>
      <p>{words.strangers(names)}</p>
      <p>{words.strangersStill[role]}</p>
      <Button icon="leave" onClick={onLeave}>
        {words.leave}
      </Button>
    </section>
  )
}
