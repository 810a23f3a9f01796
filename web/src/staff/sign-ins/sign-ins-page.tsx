import { NativeSelect } from '@mantine/core'
import { userId, type SignedIn, type UserId } from '@curtain/protocol'
import { useState } from 'react'
import { usePeople } from '../people/use-people.ts'
import { LoadingLines } from '../shell/loading-lines.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { ShowMore } from '../shell/show-more.tsx'
import { SignInLines } from './sign-in-lines.tsx'
import './sign-ins.css'
import { useSignIns } from './use-sign-ins.ts'
import { useSignInLogWords } from './words.ts'

/** `/sign-ins`: the login log of everybody, for those who watch over access. */
export function SignInsPage({ who }: { who: SignedIn }) {
  const words = useSignInLogWords()
  const { people } = usePeople()
  const [of, setOf] = useState<UserId | null>(null)
  const { lines, more, failure, read, showing, showMore } = useSignIns(of)
  return (
    <div className="settings">
      <div>
        <PageHeading name={words.title}>{words.title}</PageHeading>
        <p className="quiet">{words.of(who.organization.name)}</p>
      </div>
      <section className="settings-section" aria-labelledby="lines">
        <h2 id="lines" className="visually-hidden">
          {words.title}
        </h2>
        <p className="quiet">{words.explained}</p>
        <NativeSelect
          label={words.person}
          value={of ?? ''}
          onChange={(event) => setOf(userId.safeParse(event.currentTarget.value).data ?? null)}
          data={[{ value: '', label: words.everybody }, ...(people ?? []).map(({ id, name }) => ({ value: id, label: name }))]}
        />
        {failure !== null && <FailureNotice failure={failure} onRetry={read} />}
        {lines === null && failure === null && <LoadingLines label={words.loading} widths={[72, 64, 80]} height={40} />}
        {lines !== null && (lines.length === 0 ? <p>{words.none}</p> : <SignInLines lines={lines} />)}
        <ShowMore label={words.more} more={more} showing={showing} onMore={showMore} />
      </section>
    </div>
  )
}
