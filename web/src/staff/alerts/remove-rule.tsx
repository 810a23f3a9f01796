import type { AlertRule } from '@curtain/protocol'
import { useSession } from '../session/session.tsx'
import { Question } from '../shell/question.tsx'
import { useAlertWords } from './words.ts'

interface RemoveRuleProps {
  rule: AlertRule
  onDone: (said: string) => void
  onClose: () => void
}

/** Asks whether a rule should really go. */
export function RemoveRule({ rule, onDone, onClose }: RemoveRuleProps) {
  const words = useAlertWords()
  const { api } = useSession()
  const remove = async () => {
    await api.removeAlertRule(rule.id)
    onDone(words.removed(rule.name))
  }
  return (
    <Question title={words.removeTitle(rule.name)} keep={words.keep} act={words.remove} onAct={remove} onClose={onClose}>
      <p>{words.removeExplained}</p>
    </Question>
  )
}
