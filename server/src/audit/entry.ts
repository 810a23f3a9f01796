import type { AuditEventType, Id } from '@curtain/protocol'
import canonicalize from 'canonicalize'
import type { AuditEvent } from './record.ts'
import type { SealedValues } from './sealed-values.ts'

/** The text of an event that is hashed and, one day, exported: canonical JSON (RFC 8785). What an event has not is left out. */
export function entryOf<Type extends AuditEventType>(
  id: Id<'auditEvent'>,
  event: AuditEvent<Type>,
  at: Date,
  sealed: SealedValues = {},
): string {
  const { type, organizationId, userId, participantId, sessionId, outcome = 'success', target, facts = {} } = event
  const entry = canonicalize({
    at: at.toISOString(),
    facts,
    id,
    organizationId,
    outcome,
    ...sealed,
    ...present({ participantId, sessionId, target, userId }),
    type,
  })
  if (entry === undefined) throw new Error('not an event')
  return entry
}

function present(values: Record<string, string | null | undefined>): Record<string, string> {
  const there = (pair: [string, string | null | undefined]): pair is [string, string] => typeof pair[1] === 'string'
  return Object.fromEntries(Object.entries(values).filter(there))
}
