import type { SignIn } from '@curtain/protocol'
import { useInstant } from '../account/use-instant.ts'
import { useAccountWords } from '../account/words.ts'
import { useSignInLogWords } from './words.ts'

/** Lines of the login log of several people. */
export function SignInLines({ lines }: { lines: readonly SignIn[] }) {
  const words = useSignInLogWords()
  const account = useAccountWords()
  const instant = useInstant()
  return (
    <ul className="settings-lines">
      {lines.map(({ id, userName, outcome, by, device, address, at, isNewDevice }) => (
        <li key={id} className="settings-line">
          <div className="settings-line-what sign-in-what">
            <strong>{userName}</strong>
            <span data-refused={outcome === 'signed-in' ? undefined : true}>
              {outcome === 'signed-in' ? `${account.outcomes[outcome]} ${account.by[by]}` : account.outcomes[outcome]}
            </span>
            <span className="quiet">
              <time dateTime={at}>{instant(at)}</time> · {account.device(device)} · {address}
            </span>
          </div>
          {isNewDevice && <span className="sign-in-mark">{words.newDevice}</span>}
        </li>
      ))}
    </ul>
  )
}
