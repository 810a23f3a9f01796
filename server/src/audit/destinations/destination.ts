import type { OrganizationId } from '@curtain/protocol'

/** A checkpoint on its way out of the database. */
export interface OutgoingCheckpoint {
  organizationId: OrganizationId
  size: number
  /** The signed note. */
  note: string
  createdAt: Date
}

/** A place outside the database where checkpoints are kept: whoever changes the log afterwards would have to change it there as well. */
export interface CheckpointDestination {
  /** As the log's page and the operator's log name it; holds no secret. */
  readonly name: string
  /** It is there for good when this resolves. May be called twice with the same. */
  put(checkpoint: OutgoingCheckpoint): Promise<void>
  /** The last one that is there; null where there is none, or where it cannot be read back. */
  latest(organizationId: OrganizationId): Promise<string | null>
}
