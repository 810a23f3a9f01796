import { Button } from '@mantine/core'
import type { useRequest } from '../api/use-request.ts'
import { FailureNotice } from './notice.tsx'

interface ShowMoreProps {
  /** What the button says. */
  label: string
  /** Whether there is more than what is shown. */
  more: boolean
  /** The request for it, and why it failed. */
  showing: Pick<ReturnType<typeof useRequest>, 'busy' | 'failure'>
  onMore: () => void
}

/** Beneath a list of which a part is shown: asks for the next part. */
export function ShowMore({ label, more, showing: { busy, failure }, onMore }: ShowMoreProps) {
  return (
    <>
      {failure !== null && <FailureNotice failure={failure} />}
      {more && (
        <div>
          <Button variant="default" loading={busy} onClick={onMore}>
            {label}
          </Button>
        </div>
      )}
    </>
  )
}
