import { randomBytes } from 'node:crypto'
import { makeId, type Id, type IdKind } from '@curtain/protocol'

/** A new id of a kind, made at a time. */
export function newId<Kind extends IdKind>(kind: Kind, now: Date): Id<Kind> {
  return makeId(kind, now.getTime(), randomBytes(10))
}
