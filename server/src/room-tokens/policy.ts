import type { Grant, ParticipantRole } from '@curtain/protocol'
import { grantsOf } from '../rooms/policy.ts'

/** Which grants a token can carry: none that the person's role in the visit does not have. */
export function mayCarry(role: ParticipantRole, grants: readonly Grant[]): boolean {
  const all = grantsOf({ role, admission: 'admitted' })
  return grants.every((grant) => all.includes(grant))
}
