import { Checkbox } from '@mantine/core'
import { role, type Role } from '@curtain/protocol'
import { useRoleWords } from '../session/role-words.ts'
import { usePeopleWords } from './words.ts'

interface RoleChoiceProps {
  value: readonly Role[]
  onChange: (roles: Role[]) => void
  /** Those that may be chosen here; others are not shown. */
  among: readonly Role[]
  /** Whether to point out that none is chosen. */
  checked: boolean
}

/** Which roles somebody has, each with what it is for. */
export function RoleChoice({ value, onChange, among, checked }: RoleChoiceProps) {
  const words = usePeopleWords()
  const roleWords = useRoleWords()
  return (
    <Checkbox.Group
      label={words.roles}
      value={[...value]}
      onChange={(chosen) => onChange(role.options.filter((one) => chosen.includes(one)))}
      error={checked && value.length === 0 ? words.rolesWrong : undefined}
    >
      <div className="people-roles">
        {among.map((one) => (
          <Checkbox key={one} value={one} label={roleWords[one].name} description={roleWords[one].explained} />
        ))}
      </div>
    </Checkbox.Group>
  )
}
