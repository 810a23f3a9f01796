import { Radio } from '@mantine/core'
import { encryptionMode, type EncryptionMode } from '@curtain/protocol'
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
