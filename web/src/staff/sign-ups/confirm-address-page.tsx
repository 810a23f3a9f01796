import { Button } from '@mantine/core'
import { useState } from 'react'
import { useRequest } from '../api/use-request.ts'
import { useSession } from '../session/session.tsx'
import { EntryLayout } from '../shell/entry-layout.tsx'
import { FailureNotice, Notice } from '../shell/notice.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { useSignUpWords } from './words.ts'

/**
 * `/join/confirm#<secret>`: the address is theirs. By a button, since programs that look into mail open links as well.
 * @param secret of the link, already taken out of the address bar; null if there was none.
 */
export function ConfirmAddressPage({ secret }: { secret: string | null }) {
  const words = useSignUpWords()
  const { api } = useSession()
  const [isConfirmed, setConfirmed] = useState(false)
  const { busy, failure, run } = useRequest()
  if (secret === null)
    return (
      <EntryLayout>
        <PageHeading name={words.confirmTitle}>{words.confirmTitle}</PageHeading>
        <Notice tone="warning">{words.confirmNoSecret}</Notice>
      </EntryLayout>
    )
  const confirm = () =>
    run(async () => {
      await api.confirmAddress(secret)
      setConfirmed(true)
    })
  return (
    <EntryLayout>
      <PageHeading key={String(isConfirmed)} name={words.confirmTitle}>
        {isConfirmed ? words.confirmedTitle : words.confirmTitle}
      </PageHeading>
      <p className="lead">{isConfirmed ? words.confirmed : words.confirmLead}</p>
      {failure !== null && <FailureNotice failure={failure} />}
      {!isConfirmed && failure?.code !== 'sign-up-link-invalid' && (
        <Button fullWidth mt="md" loading={busy} onClick={() => void confirm()}>
          {words.confirm}
        </Button>
      )}
    </EntryLayout>
  )
}
