import { role, securitySettings, type Role, type SecuritySettings } from '@curtain/protocol'
import { readAddresses } from '../api-keys/read-addresses.ts'

/** The settings as a form has them: addresses as somebody types them. */
export interface Draft extends Omit<SecuritySettings, 'addresses' | 'roleAddresses'> {
  addresses: string
  roleAddresses: Record<Role, string>
}

const inLines = (ranges: readonly string[] = []) => ranges.join('\n')

export function draftOf({ addresses, roleAddresses, ...others }: SecuritySettings): Draft {
  const empty = { owner: '', 'security-officer': '', administrator: '', clinician: '', scheduler: '', 'media-operator': '', auditor: '' }
  const typed = Object.fromEntries(role.options.map((one) => [one, inLines(roleAddresses[one])]))
  return { ...others, addresses: inLines(addresses), roleAddresses: { ...empty, ...typed } }
}

/** What was typed, or the fields in which something is no address and no range. */
export function readDraft({ addresses, roleAddresses, ...others }: Draft): SecuritySettings | { wrong: (Role | 'all')[] } {
  const all = readAddresses(addresses)
  const ofRoles = role.options.map((one) => [one, readAddresses(roleAddresses[one])] as const)
  const wrong = [...(all === null ? ['all' as const] : []), ...ofRoles.flatMap(([one, ranges]) => (ranges === null ? [one] : []))]
  if (all === null || wrong.length > 0) return { wrong }
  const restricted = ofRoles.flatMap(([one, ranges]) => (ranges === null || ranges.length === 0 ? [] : [[one, ranges] as const]))
  return securitySettings.parse({ ...others, addresses: all, roleAddresses: Object.fromEntries(restricted) })
}

const names = ['secondFactor', 'idleMinutes', 'passwordMaxAgeDays', 'bindSessions', 'addresses', 'roleAddresses'] as const

/**
 * What somebody changed, put onto what is set by now: what another owner has changed meanwhile must not be undone by it.
 * @param read what they saw when they began
 */
export function changesOnto(now: SecuritySettings, read: SecuritySettings, wanted: SecuritySettings): SecuritySettings {
  const changed = names.filter((name) => JSON.stringify(read[name]) !== JSON.stringify(wanted[name]))
  return securitySettings.parse({ ...now, ...Object.fromEntries(changed.map((name) => [name, wanted[name]])) })
}
