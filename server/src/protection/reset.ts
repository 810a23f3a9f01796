import type { UserId } from '@curtain/protocol'
import { demand, demandReach, inReach } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import type { Database } from '../database/database.ts'
import { AppError } from '../errors.ts'
import type { Keys } from '../keys/keys.ts'
import type { Mail } from '../mail/mail.ts'
import type { SessionEndings } from '../sessions/endings.ts'
import { endSessionsOf } from '../sessions/store.ts'
import { mayManageUser, mayManageUsers } from '../users/policy.ts'
import type { SignedInActor } from '../users/schema.ts'
import { lockUser } from '../users/store.ts'
import { resetMail } from './reset-mail.ts'
import { deleteFactors } from './store.ts'

export interface ResetOptions {
  database: Database
  keys: Pick<Keys, 'sealer'>
  mail: Mail
  endings: Pick<SessionEndings, 'endSession'>
  publicUrl: () => string
  now?: () => Date
}

export type Reset = ReturnType<typeof createReset>

/** For somebody who lost their second factors. */
export function createReset({ database, keys, mail, endings, publicUrl, now = () => new Date() }: ResetOptions) {
  return {
    /**
     * Takes every second factor off an account, and ends its sessions. Its user signs in with their password, and sets up
     * anew what their organization asks for; they are told by mail, in case it was not they who asked.
     * @throws AppError `not-found`, `forbidden`
     */
    async reset(actor: SignedInActor, target: UserId): Promise<void> {
      const { organizationId, userId, sessionId } = actor
      await demand(database, actor, mayManageUsers(actor), 'user.reset-protection', target)
      const fields = await keys.sealer(organizationId)
      const ended = await inReach(database, actor, async (tx) => {
        const at = now()
        const user = (await lockUser(tx, target))?.user
        if (user === undefined) throw new AppError('not-found')
        demandReach(mayManageUser(actor, user), 'user.reset-protection', target, 'forbidden')
        // The sessions before the factors, as whoever is showing one locks them.
        const sessions = await endSessionsOf(tx, target, at)
        await deleteFactors(tx, target)
        await record(tx, { type: 'user.protection-reset', organizationId, userId, sessionId, target }, at)
        await mail.queue(tx, organizationId, fields, { to: user.email, ...resetMail({ publicUrl: publicUrl() }) })
        return sessions
      })
      for (const session of ended) endings.endSession(session)
    },
  }
}
