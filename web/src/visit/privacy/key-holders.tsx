import type { KeyHolder } from '@curtain/client'
import { Icon } from '../parts/icon.tsx'
import { Initials } from '../parts/initials.tsx'
import { useVisitWords } from '../words/words.ts'
import { usePrivacyWords } from './words.ts'

interface KeyHolders {
  members: readonly KeyHolder[]
  /** Those of them who are not in the visit any more. */
  strangers: readonly KeyHolder[]
}

/** Whose devices can see and hear, who of them should not, and who said that they compared the code. */
export function KeyHolders({ members, strangers }: KeyHolders) {
  const { room, nameOfSelf } = useVisitWords()
  const words = usePrivacyWords()
  return (
    <section className="privacy-part" aria-label={words.holders}>
      <h3>{words.holders}</h3>
      <ul>
        {members.map(({ id, role, displayName, isSelf, compared }) => (
          <li key={id} className="person">
            <Initials name={displayName} />
            <span className="person-words">
              <span className="person-name">{isSelf ? nameOfSelf(displayName) : displayName}</span>
              <span className="person-detail">
                {room[role]}
                {strangers.some((stranger) => stranger.id === id) && (
                  <>
                    {' · '}
                    <span className="privacy-stranger">{words.notHere}</span>
                  </>
                )}
                {compared && (
                  <>
                    {' · '}
                    <span className="privacy-compared">
                      <Icon name="check" size={16} /> {words.hasCompared}
                    </span>
                  </>
                )}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
