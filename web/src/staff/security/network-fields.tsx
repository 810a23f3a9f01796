import { Button, Textarea } from '@mantine/core'
import { role, type Role } from '@curtain/protocol'
import { useRoleWords } from '../session/role-words.ts'
import { Notice } from '../shell/notice.tsx'
import type { Draft } from './draft.ts'
import { useSecurityWords } from './words.ts'

interface NetworkFieldsProps {
  draft: Draft
  /** Where this person is, as the server sees it. */
  ownAddress: string
  /** Fields in which something is no address. */
  wrong: readonly (Role | 'all')[]
  onEdit: (change: Partial<Draft>) => void
}

/** From where staff may come: all of them, and those with some roles. */
export function NetworkFields({ draft, ownAddress, wrong, onEdit }: NetworkFieldsProps) {
  const words = useSecurityWords()
  const roleWords = useRoleWords()
  const { addresses, roleAddresses } = draft
  const restrictsRoles = role.options.some((one) => roleAddresses[one].trim() !== '')
  const restricts = addresses.trim() !== '' || restrictsRoles
  const hasOwn = addresses.split(/[\s,;]+/).includes(ownAddress)
  const errorOf = (field: Role | 'all') => (wrong.includes(field) ? words.networksWrong : undefined)
  const common = { autoComplete: 'off', spellCheck: false, autosize: true, maxRows: 8, maxLength: 5000 }
  return (
    <>
      <h3>{words.networks}</h3>
      <Textarea
        {...common}
        label={words.everybody}
        description={words.networksHint}
        minRows={2}
        value={addresses}
        onChange={(event) => onEdit({ addresses: event.currentTarget.value })}
        error={errorOf('all')}
      />
      <div className="security-own">
        <span className="quiet">{words.ownAddress(ownAddress)}</span>
        {!hasOwn && (
          <Button
            size="xs"
            variant="default"
            onClick={() => onEdit({ addresses: `${addresses.trimEnd()}\n${ownAddress}`.trimStart() })}
          >
            {words.addOwn}
          </Button>
        )}
      </div>
      <details className="security-roles" open={restrictsRoles || undefined}>
        <summary>{words.roles}</summary>
        <p className="quiet">{words.rolesHint}</p>
        {role.options.map((one) => (
          <Textarea
            {...common}
            key={one}
            label={roleWords[one].name}
            minRows={1}
            value={roleAddresses[one]}
            onChange={(event) => onEdit({ roleAddresses: { ...roleAddresses, [one]: event.currentTarget.value } })}
            error={errorOf(one)}
          />
        ))}
      </details>
      {restricts && (
        <Notice tone="warning">
          {words.warning} {words.emergency}
        </Notice>
      )}
    </>
  )
}
