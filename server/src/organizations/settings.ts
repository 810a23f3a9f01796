import { visitKind, type OrganizationSettings } from '@curtain/protocol'
import { demand } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import type { Database } from '../database/database.ts'
import type { StaffActor } from '../users/schema.ts'
import { mayChangeSettings } from './policy.ts'
import { holdTransportVisits, setTransportVisits, transportVisits } from './store.ts'

export type Settings = ReturnType<typeof createSettings>

/** What an organization decides for all its visits. */
export function createSettings({ database, now = () => new Date() }: { database: Database; now?: () => Date }) {
  return {
    /** Everybody on the staff may know them: they explain what a visit can be. */
    async read({ organizationId }: StaffActor): Promise<OrganizationSettings> {
      return database.inOrganization(organizationId, async (tx) => ({ transportVisits: await transportVisits(tx) }))
    },

    /**
     * Puts the settings in place of those there are. Visits made before stay as they were made: their links may be with
     * the patients already, who are told how a visit is encrypted, and nothing else, when they open one.
     * @throws AppError `forbidden`
     */
    async change(actor: StaffActor, wanted: OrganizationSettings): Promise<OrganizationSettings> {
      const { organizationId, userId, sessionId } = actor
      await demand(database, actor, mayChangeSettings(actor), 'organization.change-settings', organizationId)
      // In one order and once each, so that the same setting reads the same.
      const kinds = visitKind.options.filter((kind) => wanted.transportVisits.includes(kind))
      return database.inOrganization(organizationId, async (tx) => {
        const before = await holdTransportVisits(tx, 'change')
        if (before.join() !== kinds.join()) {
          await setTransportVisits(tx, organizationId, kinds)
          const facts = { transportVisits: kinds, transportVisitsBefore: before }
          const type = 'organization.settings-changed'
          await record(tx, { type, organizationId, userId, sessionId, target: organizationId, facts }, now())
        }
        return { transportVisits: kinds }
      })
    },
  }
}
