import type { passwordInput } from '@curtain/protocol'
import type { z } from 'zod'
import { record } from '../audit/record.ts'
import { AppError } from '../errors.ts'
import { addressGroup } from '../http/client-address.ts'
import { readOrganization } from '../organizations/store.ts'
import type { Caller } from '../http/caller.ts'
import type { Mail } from '../mail/mail.ts'
import type { SessionEndings } from '../sessions/endings.ts'
import type { HeldSession } from '../sessions/service.ts'
import { endOtherSessions, lockSession, setRemembered } from '../sessions/stage-store.ts'
import { endSignInLinks } from '../sessions/store.ts'
import type { Throttles } from '../sessions/throttle.ts'
import { hashPassword, verifyPassword } from '../users/passwords.ts'
import { createChange, demandMayAdd, type ProtectionChanged, type ProtectionParts } from './change.ts'
import { passwordMail } from './password-mail.ts'
import { isStrong } from './password-strength.ts'
import { earlierPasswords, keepEarlierPassword, replacePassword } from './store.ts'

/** So many passwords, the present one among them, are not taken again. */
const notReused = 5

export interface PasswordChangeOptions extends ProtectionParts {
  throttles: Pick<Throttles, 'passwords'>
  endings: Pick<SessionEndings, 'endSession'>
  mail: Mail
  publicUrl: () => string
}

export type PasswordChange = ReturnType<typeof createPasswordChange>

/** Setting one's own password. */
export function createPasswordChange({ throttles, endings, mail, publicUrl, ...parts }: PasswordChangeOptions) {
  const { database, now = () => new Date() } = parts
  const change = createChange(parts)

  async function refuse({ actor }: HeldSession, reason: 'weak' | 'reused' | 'wrong'): Promise<never> {
    const { organizationId, userId, sessionId } = actor
    const facts = { reason }
    await database.inOrganization(organizationId, (tx) =>
      record(tx, { type: 'password.refused', organizationId, userId, sessionId, outcome: 'denied', facts }, now()),
    )
    throw new AppError(`password-${reason}`)
  }

  /** What the change is about, and whether the session may make it. */
  function look(held: HeldSession) {
    const { organizationId, userId, sessionId } = held.actor
    return database.inOrganization(organizationId, async (tx) => {
      await demandMayAdd(tx, held, 'password', now())
      const session = await lockSession(tx, sessionId)
      if (session === undefined) throw new AppError('not-signed-in')
      const { name, email, way, password_hash: present, forgot_password: forgot } = session
      // Theirs is with the provider: a password here would open the account when the provider does not vouch for them any more.
      if (way === 'identity-provider' && present === null) throw new AppError('forbidden')
      const { name: organizationName } = await readOrganization(tx)
      return { present, forgot, earlier: await earlierPasswords(tx, userId), email, about: [email, name, organizationName] }
    })
  }

  async function demandCurrent(held: HeldSession, present: string, email: string, current: string, caller: Caller): Promise<void> {
    const address = addressGroup(caller.address)
    if (throttles.passwords.isBlocked(email, address)) throw new AppError('sign-in-throttled')
    throttles.passwords.failed(email, address, caller.deviceSecret)
    if (!(await verifyPassword(present, current))) await refuse(held, 'wrong')
    throttles.passwords.succeeded(email, address, caller.deviceSecret)
  }

  return {
    /**
     * Sets a password in place of the present one, which must be shown but by who came by a link as they forgot it. Every other session of the account is over with it,
     * and so are links that would sign in. Its user is told by mail, in case it was not they.
     * @throws AppError `not-signed-in`, `password-wrong`, `password-weak`, `password-reused`, `sign-in-throttled`; `forbidden`
     *   for an account of an identity provider
     */
    async set(held: HeldSession, { current, password }: z.output<typeof passwordInput>, caller: Caller): Promise<ProtectionChanged> {
      const { present, forgot, earlier, email, about } = await look(held)
      if (present !== null && !forgot) await demandCurrent(held, present, email, current ?? '', caller)
      if (!isStrong(password, about)) await refuse(held, 'weak')
      for (const one of [...(present === null ? [] : [present]), ...earlier]) {
        if (await verifyPassword(one, password)) await refuse(held, 'reused')
      }
      const hash = await hashPassword(password)
      let ended: readonly string[] = []
      const changed = await change(held, caller, async (tx, { organizationId, userId, sessionId }, { fields, now: at }) => {
        if (!(await replacePassword(tx, { userId, from: present, to: hash, now: at }))) throw new AppError('password-wrong')
        if (present !== null) {
          await keepEarlierPassword(tx, { organizationId, userId, hash: present, now: at, most: notReused - 1 })
          await mail.queue(tx, organizationId, fields, { to: email, ...passwordMail({ publicUrl: publicUrl() }) })
        }
        if (forgot) await setRemembered(tx, sessionId)
        ended = await endOtherSessions(tx, { userId, but: sessionId, now: at })
        await endSignInLinks(tx, userId, at)
        await record(tx, { type: 'password.changed', organizationId, userId, sessionId, target: userId }, at)
      })
      for (const session of ended) endings.endSession(session)
      return changed
    },
  }
}
