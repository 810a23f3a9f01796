import { createHash, randomInt, timingSafeEqual } from 'node:crypto'
import type { CheckStanding, LinkQuestion, SecondCheck } from '@curtain/protocol'
import type { Selectable } from 'kysely'
import { record } from '../audit/record.ts'
import type { Transaction } from '../database/database.ts'
import { AppError } from '../errors.ts'
import type { OrganizationSealer } from '../keys/keys.ts'
import type { Mail } from '../mail/mail.ts'
import { readOrganization } from '../organizations/store.ts'
import { knownOf, sealerOfLetters } from './known.ts'
import { codeMail } from './link-mail.ts'
import { countWrongAnswer, keepCode } from './link-store.ts'
import { linkCode, type ParticipantRow, type VisitLinkRow } from './schema.ts'

type LinkRow = Selectable<VisitLinkRow>

/** How many answers to one link may be wrong, over its whole life and from whatever browser. The table knows it too. */
const mostWrongAnswers = 5
/** How long a mailed code holds. */
const codeMs = 10 * 60_000
/** How many codes are mailed for one link, and how far apart. */
const mostCodes = 4
const codeEveryMs = 30_000

/** Whether a link was locked for good by wrong answers. */
function isLocked({ wrong_answers }: Pick<LinkRow, 'wrong_answers'>): boolean {
  return wrong_answers >= mostWrongAnswers
}

/** How the check of a link stands; null for one without. */
export function checkStanding(link: Pick<LinkRow, 'check_kind' | 'wrong_answers' | 'used_by'>): CheckStanding | null {
  const { check_kind: kind, used_by: usedBy } = link
  if (kind === 'none') return null
  return { kind, state: usedBy !== null ? 'passed' : isLocked(link) ? 'locked' : 'open' }
}

/** The same answer in the same time, however much of a wrong one is right; nothing is the answer to what is not known. */
export function isRightAnswer(expected: string | null, answer: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(expected ?? ''), digest(answer)) && expected !== null
}

function sixDigits(): string {
  return String(randomInt(1_000_000)).padStart(6, '0')
}

export interface Checking {
  /** Held until the transaction ends: every answer is counted, also of those that come at once. */
  link: LinkRow
  participant: Pick<ParticipantRow, 'id' | 'patient_id' | 'email'>
  /** What the person types, or asks for. */
  shown: { answer: string | undefined; anotherCode: boolean }
  at: Date
}

/** What links ask for beside their secret. */
export function createLinkChecks({ mail, newCode = sixDigits }: { mail: Mail; newCode?: () => string }) {
  /**
   * Mails a code, if that may be.
   * @returns the link as it is then
   */
  async function sendCode(
    tx: Transaction,
    fields: OrganizationSealer,
    { link, participant, at }: Checking,
    organizationName: string,
  ): Promise<LinkRow> {
    const { email } = await knownOf(tx, fields, participant)
    if (email === null || !mail.isSetUp || untilAnother(link, at) !== 0) return link
    const { id: linkId, organization_id: organizationId, visit_id: target } = link
    const code = newCode()
    const sent = { code: fields.seal(linkCode, linkId, code), code_sent_at: at, codes_sent: link.codes_sent + 1 }
    await keepCode(tx, linkId, sent)
    const letter = { to: email, patientId: participant.patient_id, ...codeMail(organizationName, code) }
    await mail.queue(tx, organizationId, await sealerOfLetters(fields, participant), letter)
    const facts = { participantId: participant.id, linkId, count: sent.codes_sent }
    await record(tx, { type: 'link.code-sent', organizationId, participantId: participant.id, target, facts }, at)
    return { ...link, ...sent }
  }

  /** @throws AppError `link-locked`; the transaction is to be kept all the same */
  async function refuseAnswer(tx: Transaction, { link, participant, at }: Checking): Promise<LinkRow> {
    const { id: linkId, organization_id: organizationId, visit_id: target, check_kind: check } = link
    const wrong = link.wrong_answers + 1
    await countWrongAnswer(tx, linkId, wrong)
    const facts = { participantId: participant.id, linkId, check, triesLeft: mostWrongAnswers - wrong }
    const who = { organizationId, participantId: participant.id, target }
    await record(tx, { ...who, type: 'link.check-failed', outcome: 'denied', facts }, at)
    const counted = { ...link, wrong_answers: wrong }
    if (isLocked(counted)) throw new AppError('link-locked')
    return counted
  }

  return {
    /**
     * Asks for what a link asks for, unless what was shown is that.
     * @returns null when it was passed, or there is nothing to pass
     * @throws AppError `link-locked`; the transaction is to be kept all the same: the answers are counted in it
     */
    async ask(tx: Transaction, fields: OrganizationSealer, checking: Checking): Promise<LinkQuestion | null> {
      const { shown, at } = checking
      let { link } = checking
      if (link.check_kind === 'none') return null
      if (isLocked(link)) throw new AppError('link-locked')
      const { name: organizationName } = await readOrganization(tx)
      const tell = (kind: SecondCheck, answer: LinkQuestion['check']['answer']): LinkQuestion => {
        const asked = { triesLeft: mostWrongAnswers - link.wrong_answers, answer }
        if (kind === 'birth-date') return { organizationName, check: { kind, ...asked } }
        const ms = untilAnother(link, at)
        const anotherInSeconds = ms === null ? null : Math.ceil(ms / 1000)
        return { organizationName, check: { kind, ...asked, codeSent: holds(link, at), anotherInSeconds } }
      }

      if (link.check_kind === 'birth-date') {
        if (shown.answer === undefined) return tell('birth-date', null)
        const { birthDate } = await knownOf(tx, fields, checking.participant)
        if (isRightAnswer(birthDate, shown.answer)) return null
        link = await refuseAnswer(tx, checking)
        return tell('birth-date', 'wrong')
      }

      if (holds(link, at) && shown.answer !== undefined) {
        const code = link.code === null ? null : fields.open(linkCode, link.id, link.code)
        if (isRightAnswer(code, shown.answer)) return null
        link = await refuseAnswer(tx, checking)
        return tell('mailed-code', 'wrong')
      }
      if (!holds(link, at) || shown.anotherCode) link = await sendCode(tx, fields, checking, organizationName)
      return tell('mailed-code', shown.answer === undefined ? null : 'late')
    },
  }
}

/** Whether the last code that was mailed can still be typed. */
function holds({ code, code_sent_at: sentAt }: LinkRow, at: Date): boolean {
  return code !== null && sentAt !== null && at.getTime() - sentAt.getTime() < codeMs
}

/** In how many milliseconds another code may be mailed; null for never. */
function untilAnother({ codes_sent: count, code_sent_at: sentAt }: LinkRow, at: Date): number | null {
  if (count >= mostCodes) return null
  return sentAt === null ? 0 : Math.max(0, sentAt.getTime() + codeEveryMs - at.getTime())
}
