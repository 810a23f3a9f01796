import type { ApiKey } from '@curtain/protocol'
import { useSession } from '../session/session.tsx'
import { Question } from '../shell/question.tsx'
import { useApiKeyWords } from './words.ts'

interface EndKeyProps {
  apiKey: ApiKey
  /** It has ended; that is said in passing, and the list is to be read again. */
  onDone: (said: string) => void
  onClose: () => void
}

/** Asks whether a key should really end. */
export function EndKey({ apiKey, onDone, onClose }: EndKeyProps) {
  const words = useApiKeyWords()
  const { api } = useSession()
  const end = async () => {
    await api.endApiKey(apiKey.id)
    onDone(words.ended(apiKey.name))
  }
  return (
    <Question title={words.endTitle(apiKey.name)} keep={words.keep} act={words.end} onAct={end} onClose={onClose}>
      <ul className="settings-points">
        {words.endExplained.map((consequence) => (
          <li key={consequence}>{consequence}</li>
        ))}
      </ul>
    </Question>
  )
}
