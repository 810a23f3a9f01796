import { Icon, type IconName } from '../parts/icon.tsx'
import type { PrivacyState } from './privacy-state.ts'
import { usePrivacyWords } from './words.ts'

/** The drawing of each state. While keys are agreed nothing is sent, so the lock is closed then, too. */
export const lockIcons: Record<PrivacyState, IconName> = {
  secured: 'lock',
  securing: 'lock',
  doubtful: 'warning',
  transport: 'lock-open',
}

/** How private it is, in words beside a lock; a press says more. What asks for a look is read out, too. */
export function Lock({ state, onPress }: { state: PrivacyState; onPress: () => void }) {
  const words = usePrivacyWords()
  return (
    <>
      <output className="visually-hidden">{state === 'doubtful' ? words.lead.doubtful : null}</output>
      <button type="button" className="privacy-lock" data-state={state} aria-haspopup="dialog" onClick={onPress}>
        <Icon name={lockIcons[state]} size={18} />
        <span>{words.lock[state]}</span>
      </button>
    </>
  )
}
