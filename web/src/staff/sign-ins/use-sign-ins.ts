import type { SignIn, UserId } from '@curtain/protocol'
import { useCallback, useState } from 'react'
import { useFresh } from '../api/use-fresh.ts'
import { useRequest } from '../api/use-request.ts'
import { useSession } from '../session/session.tsx'

interface Page {
  signIns: readonly SignIn[]
  more: boolean
}

/**
 * The login log, the latest first: the first page as fresh as the network allows, and what was asked for beyond it.
 * @param of one person's, or everybody's
 */
export function useSignIns(of: UserId | null) {
  const { api } = useSession()
  const showing = useRequest()
  const fetchFirst = useCallback(
    async (signal: AbortSignal) => ({ of, page: await api.allSignIns(of === null ? {} : { userId: of }, signal) }),
    [api, of],
  )
  const { value, failure, read } = useFresh(fetchFirst)
  /** Lines of before do not change any more. */
  const [earlier, setEarlier] = useState<(Page & { of: UserId | null }) | null>(null)
  // What was read for another person is not theirs.
  const first: Page | null = value?.of === of ? value.page : null
  const beyond = earlier?.of === of ? earlier : null

  const known = new Set(first?.signIns.map(({ id }) => id))
  const lines = first && [...first.signIns, ...(beyond?.signIns.filter(({ id }) => !known.has(id)) ?? [])]
  const last = lines?.at(-1)
  const showMore = () => {
    if (lines === null || last === undefined) return
    void showing.run(async () => {
      const next = await api.allSignIns({ before: last.id, ...(of === null ? {} : { userId: of }) })
      setEarlier({ of, signIns: [...lines, ...next.signIns], more: next.more })
    })
  }
  return { lines, more: (beyond ?? first)?.more === true, failure, read, showing, showMore }
}
