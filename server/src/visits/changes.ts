import { EventEmitter } from 'node:events'
import type { OrganizationId, VisitId } from '@curtain/protocol'

/** That a visit of an organization has changed; what changed is for whoever may read it to read. */
export interface VisitChanges {
  publish(organizationId: OrganizationId, visitId: VisitId): void
  /** @returns the function that stops listening */
  subscribe(organizationId: OrganizationId, listener: (visitId: VisitId) => void): () => void
}

export function createVisitChanges(): VisitChanges {
  const emitter = new EventEmitter<Record<string, [VisitId]>>()
  emitter.setMaxListeners(0)
  return {
    publish: (organizationId, visitId) => void emitter.emit(organizationId, visitId),
    subscribe(organizationId, listener) {
      emitter.on(organizationId, listener)
      return () => void emitter.off(organizationId, listener)
    },
  }
}
