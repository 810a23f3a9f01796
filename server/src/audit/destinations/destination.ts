import type { CheckpointFailure, DestinationKind, OrganizationId } from '@curtain/protocol'

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
  readonly kind: DestinationKind
  /** As the log's page and the operator's log name it; holds no secret. */
  readonly name: string
  /** How long after one the next is brought, at the least. In between there may be others, which the next one covers. */
  readonly pauseMs: number
  /** Whether what is there can be read back. */
  readonly isReadable: boolean
  /** It is there for good when this resolves. May be called twice with the same. @throws DestinationError */
  put(checkpoint: OutgoingCheckpoint, signal: AbortSignal): Promise<void>
  /** The last one that is there; null where there is none, or where nothing can be read back. @throws DestinationError */
  latest(organizationId: OrganizationId, signal?: AbortSignal): Promise<string | null>
}

/** Why a checkpoint did not get where it should, in a word that may be shown and logged. */
export class DestinationError extends Error {
  readonly code: CheckpointFailure

  constructor(code: CheckpointFailure, cause?: unknown) {
    super(`a checkpoint was not delivered: ${code}`, { cause })
    this.name = 'DestinationError'
    this.code = code
  }
}
