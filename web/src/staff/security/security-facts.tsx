import { role, type SecurityState } from '@curtain/protocol'
import { useTranslation } from '../../i18n/translation.tsx'
import { useRoleWords } from '../session/role-words.ts'
import { Notice } from '../shell/notice.tsx'
import { useSecurityWords } from './words.ts'

/** The settings, for whoever may only read them. */
export function SecurityFacts({ state }: { state: SecurityState }) {
  const words = useSecurityWords()
  const roleWords = useRoleWords()
  const { format } = useTranslation()
  const restricted = role.options.flatMap((one) => {
    const ranges = state.roleAddresses[one] ?? []
    return ranges.length === 0 ? [] : [{ name: roleWords[one].name, ranges }]
  })
  const facts = [
    [words.secondFactor, words.secondFactors[state.secondFactor].name],
    [words.idle, words.minutes(state.idleMinutes)],
    [words.age, state.passwordMaxAgeDays === null ? words.forEver : words.days(state.passwordMaxAgeDays)],
    [words.bind, state.bindSessions ? words.isOn : words.isOff],
    [words.networks, state.addresses.length === 0 ? words.everywhere : format.list(state.addresses)],
    ...restricted.map(({ name, ranges }) => [`${words.networks}: ${name}`, format.list(ranges)] as const),
  ] as const
  return (
    <>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Notice tone="info">{words.onlyOwner}</Notice>
    </>
  )
}
