import type { IdentityProvider } from '@curtain/protocol'
import { useSession } from '../session/session.tsx'
import { Question } from '../shell/question.tsx'
import { useIdentityProviderWords } from './words.ts'

interface RemoveProviderProps {
  provider: IdentityProvider
  onRemoved: (said: string) => void
  onClose: () => void
}

/** Asks whether nobody is to come in by a provider any more. */
export function RemoveProvider({ provider, onRemoved, onClose }: RemoveProviderProps) {
  const words = useIdentityProviderWords()
  const { api } = useSession()
  const remove = async () => {
    await api.removeIdentityProvider(provider.id)
    onRemoved(words.removed(provider.name))
  }
  return (
    <Question title={words.removeTitle(provider.name)} keep={words.keep} act={words.remove} onAct={remove} onClose={onClose}>
      <ul className="settings-points">
        {words.removeExplained.map((consequence) => (
          <li key={consequence}>{consequence}</li>
        ))}
      </ul>
    </Question>
  )
}
