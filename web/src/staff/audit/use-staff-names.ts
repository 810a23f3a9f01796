import { useCallback } from 'react'
import { useFresh, type Fresh } from '../api/use-fresh.ts'
import { useSession } from '../session/session.tsx'

export interface StaffNames extends Pick<Fresh<unknown>, 'failure' | 'read'> {
  /** By their ids, in the order of the names; null until they have come. */
  names: Readonly<Record<string, string>> | null
}

/** Everybody on the staff by name, for whoever asks the log about one of them. */
export function useStaffNames(): StaffNames {
  const { api } = useSession()
  const { value, failure, read } = useFresh(
    useCallback(async (signal: AbortSignal) => {
      const { people } = await api.peopleOfLog(signal)
      return Object.fromEntries(people.map(({ id, name }) => [id, name]))
    }, [api]),
  )
  return { names: value, failure, read }
}
