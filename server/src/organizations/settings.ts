import { visitKind, type OrganizationSettings, type OrganizationSettingsRead } from '@curtain/protocol'
import { demand } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import type { Database } from '../database/database.ts'
import { AppError } from '../errors.ts'
import type { Mail } from '../mail/mail.ts'
import type { StaffActor } from '../users/schema.ts'
import { mayChangeSettings } from './policy.ts'
import { readSettings, setSettings } from './store.ts'

export interface SettingsOptions {
  database: Database
  mail: Pick<Mail, 'isSetUp'>
  now?: () => Date
}

export type Settings = ReturnType<typeof createSettings>

/** What an organization decides for all its visits. */
export function createSettings({ database, mail, now = () => new Date() }: SettingsOptions) {
  return {
    /** Everybody on the staff may know them: they explain what a visit can be. */
    async read({ organizationId }: StaffActor): Promise<OrganizationSettingsRead> {
      const settings = await database.inOrganization(organizationId, (tx) => readSettings(tx, 'read'))
      return { ...settings, canMail: mail.isSetUp }
    },

    /**
     * Puts the settings in place of those there are. Visits made before stay as they were made: their links may be with
     * the patients already, who are told how a visit is encrypted, and nothing else, when they open one.
     * @throws AppError `forbidden`; `mail-not-set-up` for a check that has to be mailed
     */
    async change(actor: StaffActor, wanted: OrganizationSettings): Promise<OrganizationSettingsRead> {
      const { organizationId, userId, sessionId } = actor
      await demand(database, actor, mayChangeSettings(actor), 'organization.change-settings', organizationId)
      // In one order and once each, so that the same setting reads the same.
      const transportVisits = visitKind.options.filter((kind) => wanted.transportVisits.includes(kind))
      const { linkCheck } = wanted
      await database.inOrganization(organizationId, async (tx) => {
        const before = await readSettings(tx, 'change')
        const changesCheck = linkCheck !== before.linkCheck
        if (changesCheck && linkCheck === 'mailed-code' && !mail.isSetUp) throw new AppError('mail-not-set-up')
        if (!changesCheck && before.transportVisits.join() === transportVisits.join()) return
        await setSettings(tx, organizationId, { transportVisits, linkCheck })
        const facts = {
          transportVisits,
          transportVisitsBefore: before.transportVisits,
          linkCheck,
          linkCheckBefore: before.linkCheck,
        }
        const type = 'organization.settings-changed'
        await record(tx, { type, organizationId, userId, sessionId, target: organizationId, facts }, now())
      })
      return { transportVisits, linkCheck, canMail: mail.isSetUp }
    },
  }
}
