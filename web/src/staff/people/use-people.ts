import type { UserAccount } from '@curtain/protocol'
import { useCallback } from 'react'
import { useFresh, type Fresh } from '../api/use-fresh.ts'
import { useSession } from '../session/session.tsx'

interface People extends Pick<Fresh<unknown>, 'failure' | 'read'> {
  /** Null until they have come for the first time. */
  people: readonly UserAccount[] | null
}

/** The accounts of the staff, as fresh as the network allows. */
export function usePeople(): People {
  const { api } = useSession()
  const { value, failure, read } = useFresh(useCallback(async (signal: AbortSignal) => (await api.users(signal)).users, [api]))
  return { people: value, failure, read }
}
