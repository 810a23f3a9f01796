import { Radio } from '@mantine/core'
import { encryptionMode, type EncryptionMode, type VisitKind } from '@curtain/protocol'
import { useEffect, useState } from 'react'
import { useSession } from '../session/session.tsx'
import { useVisitWords } from './words.ts'

interface EncryptionFieldProps {
  value: EncryptionMode
  onChange: (mode: EncryptionMode) => void
}

/** The choice that an organization may allow for a kind of visits. Where it does not, there is nothing to choose. */
export function EncryptionField({ value, onChange }: EncryptionFieldProps) {
  const words = useVisitWords()
  return (
    <Radio.Group
      label={words.encryption}
      value={value}
      onChange={(chosen) => onChange(encryptionMode.catch('end-to-end').parse(chosen))}
    >
      <div className="encryption-modes">
        {encryptionMode.options.map((mode) => (
          <Radio
            key={mode}
            value={mode}
            label={words.encryptionModes[mode]}
            description={mode === 'transport' ? words.transportHint : undefined}
          />
        ))}
      </div>
    </Radio.Group>
  )
}

/** The kinds that may be planned without end-to-end encryption. None while that is not known: nothing is lost by it. */
export function useTransportKinds(): { kinds: readonly VisitKind[]; read: () => Promise<void> } {
  const { api } = useSession()
  const [kinds, setKinds] = useState<readonly VisitKind[]>([])
  useEffect(() => {
    const controller = new AbortController()
    api.settings(controller.signal).then(
      (answer) => setKinds(answer.transportVisits),
      () => {},
    )
    return () => controller.abort()
  }, [api])
  const read = async () => {
    const answer = await api.settings().catch(() => null)
    setKinds(answer?.transportVisits ?? [])
  }
  return { kinds, read }
}
