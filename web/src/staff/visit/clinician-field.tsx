import { NativeSelect } from '@mantine/core'
import { userId, type Clinician, type SignedIn, type UserId } from '@curtain/protocol'
import { useEffect, useState } from 'react'
import { asFailure, type RequestFailed } from '../api/request-failed.ts'
import { mayUse } from '../session/access.ts'
import { useSession } from '../session/session.tsx'
import { useVisitWords } from './words.ts'

interface ClinicianFieldProps {
  value: UserId | null
  onChange: (id: UserId | null) => void
  clinicians: readonly Clinician[]
  /** Whether to point out what is missing. */
  checked: boolean
}

/** Who holds the visit. Where the reader is the only one who could, there is nothing to choose. */
export function ClinicianField({ value, onChange, clinicians, checked }: ClinicianFieldProps) {
  const words = useVisitWords()
  if (value !== null && clinicians.every((one) => one.id === value)) return null
  return (
    <NativeSelect
      label={words.with}
      value={value ?? ''}
      onChange={(event) => onChange(userId.safeParse(event.currentTarget.value).data ?? null)}
      error={checked && value === null ? words.clinicianMissing : undefined}
      data={[
        ...(value === null ? [{ value: '', label: words.clinicianChoose }] : []),
        ...clinicians.map(({ id, name }) => ({ value: id, label: name })),
      ]}
    />
  )
}

/** Who could hold a visit; at first the reader, where they are one of them, so that they need not wait for the others. */
export function useClinicians(who: SignedIn): {
  clinicians: readonly Clinician[]
  failure: RequestFailed | null
  /** The reader's own id where they hold visits. */
  self: UserId | null
} {
  const { api } = useSession()
  const self = mayUse('holdVisits', who) ? who.user.id : null
  const [clinicians, setClinicians] = useState<readonly Clinician[]>(self === null ? [] : [who.user])
  const [failure, setFailure] = useState<RequestFailed | null>(null)
  useEffect(() => {
    const controller = new AbortController()
    api.clinicians(controller.signal).then(
      (answer) => setClinicians(answer.clinicians),
      (error: unknown) => {
        if (!controller.signal.aborted) setFailure(asFailure(error))
      },
    )
    return () => controller.abort()
  }, [api])
  return { clinicians, failure, self }
}
