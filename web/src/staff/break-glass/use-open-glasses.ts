import type { OpenGlass } from '@curtain/protocol'
import { useCallback } from 'react'
import { useFresh } from '../api/use-fresh.ts'
import { useSession } from '../session/session.tsx'

/** What the reader sees by broken glass at this moment. */
export function useOpenGlasses(): { open: readonly OpenGlass[]; read: () => void } {
  const { api } = useSession()
  const { value, read } = useFresh(useCallback(async (signal: AbortSignal) => (await api.openGlass(signal)).open, [api]))
  return { open: value ?? [], read }
}
