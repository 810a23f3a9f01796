import { Modal } from '@mantine/core'
import type { AlertRule } from '@curtain/protocol'
import { useState } from 'react'
import { useSession } from '../session/session.tsx'
import { Question } from '../shell/question.tsx'
import { SecretShown } from './secret-shown.tsx'
import { useAlertWords } from './words.ts'

/** Asks whether a rule should sign with another secret, and then shows it, once. */
export function NewSecret({ rule, onClose }: { rule: AlertRule; onClose: () => void }) {
  const words = useAlertWords()
  const { api } = useSession()
  const [secret, setSecret] = useState<string | null>(null)
  const make = async () => setSecret((await api.newWebhookSecret(rule.id)).webhookSecret)
  if (secret !== null) {
    return (
      // What is shown once must not vanish by a slip of the hand.
      <Modal opened onClose={onClose} title={words.secretTitle} closeOnClickOutside={false} closeOnEscape={false} withCloseButton={false} size="lg">
        <SecretShown secret={secret} onKept={onClose} />
      </Modal>
    )
  }
  return (
    <Question title={words.newSecretTitle} keep={words.keepSecret} act={words.newSecret} onAct={make} onClose={onClose}>
      <p>{words.newSecretExplained}</p>
    </Question>
  )
}
