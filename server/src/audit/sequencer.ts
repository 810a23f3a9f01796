import { type Frontier, signCheckpoint } from '@curtain/audit-log'
import type { OrganizationId } from '@curtain/protocol'
import type { Database, Transaction } from '../database/database.ts'
import type { Keys } from '../keys/keys.ts'
import { holdLog, insertCheckpoint, insertLeaves, insertNodes, type KeptNode, latestCheckpoint, logSize, takePending, tellPlaced } from './log-store.ts'
import { logOrigin, signerOf } from './signing.ts'
import { isKept, readFrontier } from './tree.ts'

/** Events that get their place in one transaction. */
const batch = 4096
/** A checkpoint is signed at most this often while there is news. */
const checkpointMs = 2000

export interface SequencerOptions {
  database: Database
  keys: Pick<Keys, 'sealer'>
  now?: () => Date
}

export interface Pass {
  /** Events that got their place. */
  placed: number
  /** More waits than one pass takes: another one may follow at once. */
  hasMore: boolean
  /** Nothing waits any more, and the last checkpoint is over all there is. */
  isDone: boolean
}

export type Sequencer = ReturnType<typeof createSequencer>

/**
 * Gives committed events their place in their organization's tree, and signs what the tree is. Any number of them may run, in
 * any number of processes: one at a time holds a log. Whatever is stopped in the middle leaves nothing half done.
 */
export function createSequencer({ database, keys, now = () => new Date() }: SequencerOptions) {
  // What was built up by this process. Another may have gone on with the log since: then it is read anew.
  const frontiers = new Map<OrganizationId, Frontier>()

  async function place(tx: Transaction, organizationId: OrganizationId, frontier: Frontier): Promise<number> {
    const events = await takePending(tx, organizationId, batch)
    if (events.length === 0) return 0
    const first = frontier.size
    const nodes: KeptNode[] = []
    const leaves = events.map(({ id, entry }) => {
      const hash = frontier.append(Buffer.from(entry, 'utf8'), (level, index, node) => {
        if (level > 0 && isKept({ level })) nodes.push({ level, index, hash: node })
      })
      return { id, hash }
    })
    await insertLeaves(tx, organizationId, first, leaves)
    await insertNodes(tx, organizationId, nodes)
    await tellPlaced(tx, organizationId)
    return events.length
  }

  return {
    /**
     * One pass over one organization's log. Places nothing while somebody else holds it.
     * @param signNow whether a checkpoint is signed though the last one is fresh: there may be no next pass
     */
    async pass(organizationId: OrganizationId, { signNow = false } = {}): Promise<Pass> {
      const fields = await keys.sealer(organizationId)
      const known = frontiers.get(organizationId)
      // Taken up again only once the transaction is committed: one that fails must leave no entry behind in memory.
      frontiers.delete(organizationId)
      const done = await database.inOrganization(organizationId, async (tx) => {
        if (!(await holdLog(tx, organizationId))) return null
        const size = await logSize(tx)
        const frontier = known?.size === size ? known : await readFrontier(tx, organizationId, size)
        const placed = await place(tx, organizationId, frontier)
        const last = await latestCheckpoint(tx)
        const at = now()
        const hasNews = frontier.size > (last?.size ?? 0)
        // A clock that was set back must not keep the next one away.
        const isFresh = last !== null && Math.abs(at.getTime() - last.createdAt.getTime()) < checkpointMs
        const isDue = hasNews && (signNow || !isFresh)
        if (isDue) {
          const signer = await signerOf(tx, organizationId, fields, at)
          const root = frontier.root()
          const note = signCheckpoint({ origin: logOrigin(organizationId), size: frontier.size, root }, signer)
          await insertCheckpoint(tx, organizationId, { size: frontier.size, root, note, now: at })
        }
        return { frontier, placed, isDone: placed < batch && (!hasNews || isDue) }
      })
      if (done === null) return { placed: 0, hasMore: false, isDone: false }
      frontiers.set(organizationId, done.frontier)
      return { placed: done.placed, hasMore: done.placed === batch, isDone: done.isDone }
    },
  }
}
