import { Frontier, type Hash, type NodePlace, nodeHash, placesOf, type ReadNodes } from '@curtain/audit-log'
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
 * Nodes are kept at every eighth level, leaves among them: one more row for 256 events, and any other node is made of at most
 * 128 of those below it.
 */
const keptEvery = 8

export const isKept = ({ level }: Pick<KeptNode, 'level'>): boolean => level % keptEvery === 0

/** Reads nodes of an organization's tree, in two or three queries. */
export function nodesOf(tx: Transaction, organizationId: OrganizationId): ReadNodes {
  return async (places) => {
    const found = new Map<NodePlace, Hash>()
    const levels = Map.groupBy(places, ({ level }) => level - (level % keptEvery))
    for (const [level, wanted] of levels) {
      const ranges = wanted.map((place) => {
        const width = 2 ** (place.level - level)
        return { start: place.index * width, end: (place.index + 1) * width }
      })
      const kept = await keptHashes(tx, organizationId, level, ranges)
      wanted.forEach((place, at) => {
        const below = kept[at] ?? []
        if (below.length !== 2 ** (place.level - level)) throw new LogGapError()
        found.set(place, rootOf(below))
      })
    }
    return places.map((place) => found.get(place) ?? missing())
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
