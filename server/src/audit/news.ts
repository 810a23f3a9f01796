import { EventEmitter } from 'node:events'
import type { OrganizationId } from '@curtain/protocol'

/** That there is more in an organization's log; what it is is for whoever may read it to read. */
export interface LogNews {
  /** As the database tells every server on it, right after events got their place. */
  publish(organizationId: OrganizationId): void
  /** What was told may have gone past: there may be news in any log. */
  publishAll(): void
  /** @returns the function that stops listening */
  subscribe(organizationId: OrganizationId, listener: () => void): () => void
}

export function createLogNews(): LogNews {
  const emitter = new EventEmitter<Record<string, []>>()
  emitter.setMaxListeners(0)
  return {
    publish: (organizationId) => void emitter.emit(organizationId),
    publishAll() {
      for (const organizationId of emitter.eventNames()) emitter.emit(organizationId)
    },
    subscribe(organizationId, listener) {
      emitter.on(organizationId, listener)
      return () => void emitter.off(organizationId, listener)
    },
  }
}
