import { randomBytes } from 'node:crypto'
import { GroupSession } from '@curtain/e2ee/group'
import { encodeBytes, makeId, type ParticipantId, type RequestInput } from '@curtain/protocol'
import type { SignallingClient } from './signalling-client.ts'

/**
 * A key package as a device of the participant makes it. Nobody uses its private keys: with it one is in the group as the
 * server sees it, and can follow nothing.
 */
export function makeKeyPackage(participantId: ParticipantId): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const session = new GroupSession({
    visitId: makeId('visit', 0, randomBytes(10)),
    participantId,
    rosterKey: new Uint8Array(32),
    delivery: {
      register: async (keyPackage) => resolve(encodeBytes(keyPackage)),
      created: async () => {},
      commit: async () => {},
      data: async () => {},
    },
    now: Date.now,
    onEpoch: () => {},
    onLeft: () => {},
    onMessage: () => {},
    onProblem: reject,
  })
  session.start()
  return promise.finally(() => session.close())
}

/** What the last round that a client heard of asks of a committer, with bytes that mean nothing. */
export function commitOf(client: SignallingClient): RequestInput<'mls.commit'> | null {
  const round = client.notifications.findLast((one) => one.type === 'mls.proposals')
  if (round === undefined) return null
  // A Remove is much shorter than a key package.
  const adds = round.proposals.some((proposal) => proposal.length > 1000)
  return { groupId: round.groupId, epoch: round.epoch, commit: 'AAAA', welcome: adds ? 'AAAA' : null }
}

/** The group that a client was asked to make last. */
export function createdOf(client: SignallingClient): RequestInput<'mls.created'> | null {
  const asked = client.notifications.findLast((one) => one.type === 'mls.create')
  return asked === undefined ? null : { groupId: asked.groupId }
}

/** A message of the epoch that a client knows of last. */
export function dataOf(client: SignallingClient, message = 'AAAA'): RequestInput<'mls.data'> | null {
  const known = client.notifications.findLast((one) => 'groupId' in one)
  if (known === undefined) return null
  const epoch = 'epoch' in known ? known.epoch : 0
  // A commit ends the epoch that it names.
  return { groupId: known.groupId, epoch: known.type === 'mls.commit' ? epoch + 1 : epoch, message }
}
