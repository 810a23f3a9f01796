import type { AlertRule } from '@curtain/protocol'
import { useInstant } from '../account/use-instant.ts'
import { useSession } from '../session/session.tsx'
import { Question } from '../shell/question.tsx'
import { useAlertWords } from './words.ts'

interface ForgetOldSecretProps {
  rule: AlertRule
  onDone: (said: string) => void
  onClose: () => void
}

/** Asks whether the secret before a rule's present one should sign no more, though its day is not over. */
export function ForgetOldSecret({ rule, onDone, onClose }: ForgetOldSecretProps) {
  const words = useAlertWords()
  const instant = useInstant()
  const { api } = useSession()
  const forget = async () => {
    await api.forgetOldWebhookSecret(rule.id)
    onDone(words.forgotOld(rule.name))
  }
  const keep = rule.oldSecretUntil === null ? '' : words.keepOld(instant(rule.oldSecretUntil))
  return (
    <Question title={words.forgetOldTitle} keep={keep} act={words.forgetOldNow} onAct={forget} onClose={onClose}>
      <p>{words.forgetOldExplained}</p>
    </Question>
  )
}
