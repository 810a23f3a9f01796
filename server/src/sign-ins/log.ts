import type { OrganizationId, SignIn, UserId } from '@curtain/protocol'
import type { Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import type { Sealer } from '../keys/fields.ts'
import { hashSecret } from '../keys/secrets.ts'
import type { Mail } from '../mail/mail.ts'
import type { Caller } from '../http/caller.ts'
import { deviceOf } from '../sessions/device.ts'
import { findUser } from '../users/store.ts'
import { newDeviceMail } from './new-device-mail.ts'
import { signInAddress } from './schema.ts'
import { insertSignIn, isKnownDevice } from './store.ts'

/** Somebody signed in to an account, or tried to. */
interface Attempt {
  organizationId: OrganizationId
  userId: UserId
  outcome: SignIn['outcome']
  by: SignIn['by']
  caller: Caller
}

/** Writes the login log. */
export interface SignInLog {
  /**
   * Writes a line, in the transaction of what it says. Whoever signed in from a device that is new to the account is told so
   * by mail.
   * @param fields the organization's sealer
   */
  write(tx: Transaction, fields: Sealer, attempt: Attempt, at: Date): Promise<void>
}

/** @param publicUrl the origin people use */
export function createSignInLog({ mail, publicUrl }: { mail: Mail; publicUrl: () => string }): SignInLog {
  return {
    async write(tx, fields, { organizationId, userId, outcome, by, caller }, at) {
      const id = newId('signIn', at)
      const device = deviceOf(caller.userAgent)
      const deviceHash = hashOfDevice(userId, caller)
      const isNewDevice = deviceHash === null || !(await isKnownDevice(tx, userId, deviceHash))
      await insertSignIn(tx, {
        id,
        organization_id: organizationId,
        user_id: userId,
        at,
        outcome,
        way: by,
        ...device,
        device_hash: deviceHash,
        is_new_device: isNewDevice,
        address: fields.seal(signInAddress, id, caller.address),
      })
      // Whoever has just made the organization needs nobody to tell them.
      if (outcome !== 'signed-in' || !isNewDevice || by === 'setup') return
      const user = await findUser(tx, userId)
      if (user === undefined) return
      await mail.queue(tx, organizationId, fields, { to: user.email, ...newDeviceMail({ at, device, publicUrl: publicUrl() }) })
    },
  }
}

/** Whether somebody comes with a browser that an account was signed in to from before. */
export async function isKnownBrowser(tx: Transaction, userId: UserId, caller: Caller): Promise<boolean> {
  const hash = hashOfDevice(userId, caller)
  return hash !== null && isKnownDevice(tx, userId, hash)
}

/**
 * By a secret of the browser's own, which stays over sessions, rather than by address and user agent: those change all the
 * time, so that people would learn not to read such mail, and whoever attacks can have the same. Hashed with the account, so
 * that rows do not tell who shares a device.
 */
function hashOfDevice(userId: UserId, { deviceSecret }: Caller): Buffer | null {
  return deviceSecret === undefined ? null : hashSecret(`${userId} ${deviceSecret}`)
}
