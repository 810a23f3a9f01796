import type { SignIn } from '@curtain/protocol'
import { useCallback, useState } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { useFresh } from '../api/use-fresh.ts'
import { useRequest } from '../api/use-request.ts'
import { useSession } from '../session/session.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { ShowMore } from '../shell/show-more.tsx'
import { useInstant } from './use-instant.ts'
import { useAccountWords } from './words.ts'

interface Page {
  signIns: readonly SignIn[]
  more: boolean
}

/** One's own login log, the latest first. */
export function SignInsSection() {
  const words = useAccountWords()
  const shared = useSharedWords()
  const { api } = useSession()
  const { value, failure, read } = useFresh(useCallback((signal: AbortSignal) => api.signIns({}, signal), [api]))
  /** What was asked for beyond the first page; it does not change any more. */
  const [earlier, setEarlier] = useState<Page | null>(null)
  const showing = useRequest()
  const first = value?.signIns ?? []
  const known = new Set(first.map(({ id }) => id))
  const all = [...first, ...(earlier?.signIns.filter(({ id }) => !known.has(id)) ?? [])]
  const last = all.at(-1)
  const more = (earlier ?? value)?.more === true

  const showMore = () =>
    showing.run(async () => {
      if (last === undefined) return
      const next = await api.signIns({ before: last.id })
      setEarlier({ signIns: [...all, ...next.signIns], more: next.more })
    })
  return (
    <section className="settings-section" aria-labelledby="sign-ins">
      <h2 id="sign-ins">{words.signIns}</h2>
      <p className="quiet">{words.signInsExplained}</p>
      {failure !== null && <FailureNotice failure={failure} onRetry={read} />}
      {value === null && failure === null && <output>{shared.loading}</output>}
      {value !== null && all.length === 0 && <p>{words.noSignIns}</p>}
      <ul className="settings-lines account-list">
        {all.map((signIn) => (
          <SignInRow key={signIn.id} signIn={signIn} />
        ))}
      </ul>
      <ShowMore label={words.showMore} more={more} showing={showing} onMore={() => void showMore()} />
    </section>
  )
}

function SignInRow({ signIn }: { signIn: SignIn }) {
  const words = useAccountWords()
  const instant = useInstant()
  const { outcome, by, device, address, at, isNewDevice } = signIn
  const isIn = outcome === 'signed-in'
  return (
    <li className="settings-line">
      <div className="settings-line-what account-what">
        <strong data-refused={isIn ? undefined : true}>
          {isIn ? `${words.outcomes[outcome]} ${words.by[by]}` : words.outcomes[outcome]}
        </strong>
        <span className="quiet">
          {instant(at)} · {words.device(device)} · {address}
        </span>
      </div>
      {isNewDevice && <span className="account-mark">{words.newDevice}</span>}
    </li>
  )
}
