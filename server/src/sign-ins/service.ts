import type { SignIn, signInList, signInQuery, UserId } from '@curtain/protocol'
import type { z } from 'zod'
import { demand } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Sealer } from '../keys/fields.ts'
import type { Keys } from '../keys/keys.ts'
import type { SignedInActor } from '../users/schema.ts'
import { mayListSignIns } from './policy.ts'
import { signInAddress, type SignInId } from './schema.ts'
import { signIns } from './store.ts'

export interface SignInsOptions {
  database: Database
  keys: Pick<Keys, 'sealer'>
  now?: () => Date
}

export type SignIns = ReturnType<typeof createSignIns>
type Page = z.infer<typeof signInList>

const pageLines = 50

/** Reads the login log: everybody their own, those who watch over access all of it. */
export function createSignIns({ database, keys, now = () => new Date() }: SignInsOptions) {
  async function page(
    tx: Transaction,
    fields: Sealer,
    actor: SignedInActor,
    { of, before }: { of: UserId | null; before: SignInId | null },
  ): Promise<Page> {
    // One more than is shown says whether there are more.
    const rows = await signIns(tx, actor.organizationId, { of, before, most: pageLines + 1 })
    const shown = rows.slice(0, pageLines).map(
      ({ id, at, user_id: userId, user_name: userName, outcome, way: by, browser, system, address, is_new_device: isNewDevice }): SignIn => ({
        id, at: at.toISOString(), userId, userName, outcome, by, device: { browser, system },
        address: fields.open(signInAddress, id, address), isNewDevice,
      }),
    )
    return { signIns: shown, more: rows.length > pageLines }
  }

  return {
    /** One's own, the last first. @param before the line after which they begin */
    async own(actor: SignedInActor, before: SignInId | null): Promise<Page> {
      const fields = await keys.sealer(actor.organizationId)
      return database.inOrganization(actor.organizationId, (tx) => page(tx, fields, actor, { of: actor.userId, before }))
    },

    /** Everybody's, or one person's. @throws AppError `forbidden` */
    async all(actor: SignedInActor, asked: z.infer<typeof signInQuery>): Promise<Page> {
      const { userId: of = null, before = null } = asked
      await demand(database, actor, mayListSignIns(actor), 'sign-in.list', of)
      const { organizationId, userId, sessionId } = actor
      const fields = await keys.sealer(organizationId)
      return database.inOrganization(organizationId, async (tx) => {
        const read = await page(tx, fields, actor, { of, before })
        const facts = { count: read.signIns.length }
        await record(tx, { type: 'sign-in.listed', organizationId, userId, sessionId, target: of, facts }, now())
        return read
      })
    },
  }
}
