import type { Link, LinkCheck, LinkId, VisitId } from '@curtain/protocol'
import { record } from '../audit/record.ts'
import type { Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { AppError } from '../errors.ts'
import type { OrganizationSealer } from '../keys/keys.ts'
import { newSecret } from '../keys/secrets.ts'
import type { Mail } from '../mail/mail.ts'
import { readOrganization } from '../organizations/store.ts'
import type { StaffActor } from '../users/schema.ts'
import { knownOf, sealerOfLetters, type Known, type KnownFrom } from './known.ts'
import { linkMail } from './link-mail.ts'
import { insertLink, revokeUnusedLinks } from './link-store.ts'

const livesAfterStartMs = 24 * 60 * 60_000

/** Links die with the visit, or a day after the time it was to start. */
export function linkExpiry(startsAt: Date): Date {
  return new Date(startsAt.getTime() + livesAfterStartMs)
}

export interface LinkMaking {
  mail: Mail
  /** The origin people use. */
  publicUrl: () => string
}

export interface NewLink {
  visitId: VisitId
  participant: KnownFrom
  startsAt: Date
  check: LinkCheck
  /** Whether it is mailed to the person, too. */
  send: boolean
  now: Date
}

/**
 * Makes a link for a participant, in the transaction of whatever asks for it. Its secret is told here only.
 * @throws AppError `birth-date-missing`, `email-missing`, `mail-not-set-up` for what could not be asked for or sent
 */
export async function makeLink(
  tx: Transaction,
  { mail, publicUrl }: LinkMaking,
  fields: OrganizationSealer,
  { organizationId, userId, sessionId }: Pick<StaffActor, 'organizationId' | 'userId' | 'sessionId'>,
  { visitId, participant, startsAt, check, send, now }: NewLink,
): Promise<Link> {
  const participantId = participant.id
  const known = await knownOf(tx, fields, participant)
  if (check === 'birth-date' && known.birthDate === null) throw new AppError('birth-date-missing')
  if (check === 'mailed-code') addressOf(known, mail)

  const { secret, hash } = newSecret()
  const id: LinkId = newId('link', now)
  const url = `${publicUrl()}/v/${visitId}#${secret}`
  // A visit that is made or resumed late still gets a link that works for a day.
  const expiresAt = linkExpiry(startsAt > now ? startsAt : now)
  await revokeUnusedLinks(tx, participantId, now)
  await insertLink(tx, {
    id,
    organization_id: organizationId,
    visit_id: visitId,
    participant_id: participantId,
    secret_hash: hash,
    created_at: now,
    expires_at: expiresAt,
    check_kind: check,
  })
  if (send) {
    const { name } = await readOrganization(tx)
    const letter = { to: addressOf(known, mail), patientId: participant.patient_id, ...linkMail(name, url) }
    await mail.queue(tx, organizationId, await sealerOfLetters(fields, participant), letter)
  }
  const facts = { participantId, linkId: id, check, sent: String(send) }
  await record(tx, { type: 'link.created', organizationId, userId, sessionId, target: visitId, facts }, now)
  return { id, participantId, url, expiresAt: expiresAt.toISOString(), check, sent: send }
}

function addressOf({ email }: Known, { isSetUp }: Mail): string {
  if (email === null) throw new AppError('email-missing')
  if (!isSetUp) throw new AppError('mail-not-set-up')
  return email
}
