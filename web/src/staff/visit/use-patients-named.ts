import { line, type Patient } from '@curtain/protocol'
import { useEffect, useState } from 'react'
import { useSession } from '../session/session.tsx'

const most = 8
/** Each look is on record: somebody who types on has not asked yet. */
const pauseMs = 250

/**
 * The patients whose name begins like what is typed, from among all that the reader may see; before anything is typed, those
 * who were added last. What came before stays until the next have come.
 */
export function usePatientsNamed(typed: string): { patients: readonly Patient[]; failed: boolean } {
  const { api } = useSession()
  const [patients, setPatients] = useState<readonly Patient[]>([])
  const [failed, setFailed] = useState(false)
  const name = line(100).safeParse(typed).data ?? ''
  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    const look = async () => {
      try {
        const found = await (name === '' ? api.patients(signal) : api.findPatients({ name }, signal))
        setPatients(found.patients.slice(0, most))
        setFailed(false)
      } catch {
        setFailed(!signal.aborted)
      }
    }
    const timer = setTimeout(() => void look(), name === '' ? 0 : pauseMs)
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [api, name])
  return { patients, failed }
}
