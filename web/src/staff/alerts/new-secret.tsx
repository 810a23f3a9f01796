import { Modal } from '@mantine/core'
import type { AlertRule, AlertRuleKept } from '@curtain/protocol'
import { useState } from 'react'
import { useInstant } from '../account/use-instant.ts'
import { useSession } from '../session/session.tsx'
import { Question } from '../shell/question.tsx'
import { SecretShown } from './secret-shown.tsx'
import { useAlertWords } from './words.ts'

interface NewSecretProps {
  rule: AlertRule
  onMade: () => void
  onClose: () => void
}

/** Asks whether a rule should sign with another secret, and then shows it, once. */
export function NewSecret({ rule, onMade, onClose }: NewSecretProps) {
  const words = useAlertWords()
  const instant = useInstant()
  const { api } = useSession()
  const [made, setMade] = useState<AlertRuleKept | null>(null)
  const make = async () => {
    setMade(await api.newWebhookSecret(rule.id))
    onMade()
  }
  if (made !== null && made.webhookSecret !== null) {
    return (
      // What is shown once must not vanish by a slip of the hand.
      <Modal opened onClose={onClose} title={words.secretTitle} closeOnClickOutside={false} closeOnEscape={false} withCloseButton={false} size="lg">
        <SecretShown secret={made.webhookSecret} oldUntil={made.rule.oldSecretUntil} onKept={onClose} />
      </Modal>
    )
  }
  return (
    <Question title={words.newSecretTitle} keep={words.keepSecret} act={words.newSecret} onAct={make} onClose={onClose}>
      <p>{words.newSecretExplained}</p>
      {rule.oldSecretUntil !== null && <p>{words.olderSecret(instant(rule.oldSecretUntil))}</p>}
    </Question>
  )
}
