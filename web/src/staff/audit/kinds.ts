import { auditEvents, type AuditEventType } from '@curtain/protocol'

/** What events are about, by the first word of their type. */
const prefixes = {
  patients: ['patient', 'team'],
  visits: ['visit', 'link', 'room-token', 'ticket', 'participant'],
  accounts: ['user', 'session', 'sign-in', 'password', 'passkey', 'authenticator', 'recovery-codes', 'identity', 'sign-up', 'access'],
  organization: ['organization', 'keys', 'identity-provider', 'api-key'],
  log: ['audit', 'log', 'review', 'alert'],
} as const

export type EventGroup = keyof typeof prefixes
export const eventGroups = ['patients', 'visits', 'accounts', 'organization', 'log'] as const satisfies EventGroup[]

const isType = (text: string): text is AuditEventType => Object.hasOwn(auditEvents, text)
const isGroup = (text: string): text is EventGroup => Object.hasOwn(prefixes, text)

/** The types of events about something, in the order of the vocabulary. */
export function typesOf(group: EventGroup): readonly AuditEventType[] {
  const wanted: readonly string[] = prefixes[group]
  return Object.keys(auditEvents).filter(isType).filter((type) => wanted.includes(type.split('.', 1)[0] ?? ''))
}

/** Which kinds of events a text names: `visits`, `patient.read`, or several with commas between them; null for none. */
export function readKinds(text: string | null): readonly AuditEventType[] | null {
  const types = (text ?? '').split(',').flatMap((one) => (isGroup(one) ? typesOf(one) : isType(one) ? [one] : []))
  return types.length === 0 ? null : [...new Set(types)]
}

/** The same the other way round, as short as it can be said. */
export function writeKinds(types: readonly AuditEventType[]): string {
  const wanted = new Set(types)
  const group = eventGroups.find((one) => {
    const all = typesOf(one)
    return all.length === wanted.size && all.every((type) => wanted.has(type))
  })
  return group ?? [...wanted].join()
}
