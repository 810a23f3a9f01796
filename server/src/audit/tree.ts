import { Frontier, type Hash, nodeHash, placesOf, type ReadNodes } from '@curtain/audit-log'
import type { OrganizationId } from '@curtain/protocol'
import type { Transaction } from '../database/database.ts'
import { type KeptNode, keptHashes } from './log-store.ts'

/** Something of a log that was there is not there any more. */
export class LogGapError extends Error {
  constructor() {
    super('the log has a gap')
    this.name = 'LogGapError'
  }
}

/**
 * Nodes are kept at every fourth level, leaves among them: one more row for 15 events, and any other node is made of at most
 * eight of those below it.
 */
const keptEvery = 4

export const isKept = ({ level }: Pick<KeptNode, 'level'>): boolean => level % keptEvery === 0

/** Reads nodes of an organization's tree, in one query. */
export function nodesOf(tx: Transaction, organizationId: OrganizationId): ReadNodes {
  return async (places) => {
    const ranges = places.map(({ level, index }) => {
      const keptLevel = level - (level % keptEvery)
      const width = 2 ** (level - keptLevel)
      return { level: keptLevel, start: index * width, end: (index + 1) * width }
    })
    const kept = await keptHashes(tx, organizationId, ranges)
    return ranges.map(({ start, end }, at) => {
      const below = kept[at] ?? []
      if (below.length !== end - start) missing()
      return rootOf(below)
    })
  }
}

function missing(): never {
  throw new LogGapError()
}

/** Of as many nodes as a power of two. */
function rootOf(nodes: readonly Hash[]): Hash {
  let level = nodes
  while (level.length > 1) {
    const above: Hash[] = []
    for (let at = 0; at + 1 < level.length; at += 2) above.push(nodeHash(level[at] ?? missing(), level[at + 1] ?? missing()))
    level = above
  }
  return level[0] ?? missing()
}

/** The right edge of an organization's tree at this size, from what is kept. */
export async function readFrontier(tx: Transaction, organizationId: OrganizationId, size: number): Promise<Frontier> {
  return new Frontier(size, await nodesOf(tx, organizationId)(placesOf(0, size)))
}
