import type { AlertDeliveryId, AlertRuleId, BreakGlassId, Id, IdentityProviderId, LinkId, OrganizationId, SignUpId, UserId, VisitId } from '@curtain/protocol'
import { sql, type Kysely } from 'kysely'
import type { MailId } from '../mail/schema.ts'
import type { SessionId } from '../sessions/schema.ts'
import type { ParticipantSessionId } from '../visits/schema.ts'
import type { Tables } from './tables.ts'

/**
 * What must be found before the organization is known. Each is a function in the database that runs as its owner and
 * answers ids only; everything else is then read inside that organization.
 */
export interface LookUps {
  organizationExists(): Promise<boolean>
  /** By the SHA-256 of a session cookie. */
  session(tokenHash: Buffer): Promise<{ organizationId: OrganizationId; id: SessionId } | null>
  /** By a lower-case e-mail address. */
  user(email: string): Promise<{ organizationId: OrganizationId; id: UserId } | null>
  signInLink(secretHash: Buffer): Promise<{ organizationId: OrganizationId; id: Id<'signInLink'> } | null>
  visitLink(secretHash: Buffer): Promise<{ organizationId: OrganizationId; visitId: VisitId; id: LinkId } | null>
  apiKey(id: Id<'apiKey'>): Promise<OrganizationId | null>
  roomToken(id: Id<'roomToken'>): Promise<OrganizationId | null>
  participantSession(
    tokenHash: Buffer,
  ): Promise<{ organizationId: OrganizationId; visitId: VisitId; id: ParticipantSessionId } | null>
  /** Every visit that is in progress on record. */
  visitsInProgress(): Promise<{ organizationId: OrganizationId; id: VisitId }[]>
  /** What was opened by broken glass, is over by that time, and not yet on record as ended. */
  expiredBreakGlass(now: Date): Promise<{ organizationId: OrganizationId; id: BreakGlassId }[]>
  /** Where addresses of a domain lead to. */
  identityDomain(domain: string): Promise<{ organizationId: OrganizationId; id: IdentityProviderId } | null>
  identityProvider(id: IdentityProviderId): Promise<{ organizationId: OrganizationId } | null>
  identityFlow(cookieHash: Buffer): Promise<{ organizationId: OrganizationId } | null>
  /** By the SHA-256 of what was mailed to confirm an address. */
  signUp(confirmationHash: Buffer): Promise<{ organizationId: OrganizationId; id: SignUpId } | null>
  /** Mail in line, whatever is due next first; not all of it at once. */
  waitingMails(): Promise<{ organizationId: OrganizationId; id: MailId; nextAttemptAt: Date }[]>
  /** Of each organization the alert that is due next, whatever is due first at the beginning; not all of them at once. */
  waitingAlerts(): Promise<{ organizationId: OrganizationId; id: AlertDeliveryId; nextAttemptAt: Date }[]>
  /** Rules of alerts that hold back what they count, and until when, the first to end at the beginning. */
  quietAlerts(): Promise<{ organizationId: OrganizationId; id: AlertRuleId; quietUntil: Date }[]>
  /** Rules of alerts with an old secret whose time is over by then. */
  overdueWebhookSecrets(now: Date): Promise<{ organizationId: OrganizationId; id: AlertRuleId }[]>
  /** Every organization, and the root key that wraps the current version of its key; null where it has none yet. */
  organizationKeys(): Promise<{ organizationId: OrganizationId; rootKeyId: string | null }[]>
  /** Every organization with events that have no place in its log yet. */
  pendingLogs(): Promise<OrganizationId[]>
  /** Logs whose last checkpoint is not at a destination, and when it may be tried, the first first; null: at once. */
  undelivered(destination: string): Promise<{ organizationId: OrganizationId; nextAttemptAt: Date | null }[]>
  /** Every organization, when its log is to be checked next, and what came of the last check; null where there was none. */
  logChecks(): Promise<{ organizationId: OrganizationId; nextAt: Date | null; outcome: 'sound' | 'broken' | null }[]>
}

export function createLookUps(kysely: Kysely<Tables>): LookUps {
  return {
    async organizationExists() {
      const { rows } = await sql<{ exists: boolean }>`select look_up_organization_exists() as exists`.execute(kysely)
      return rows[0]?.exists === true
    },
    async session(tokenHash) {
      const { rows } = await sql<{ organization_id: OrganizationId; id: SessionId }>`
        select * from look_up_session(${tokenHash})`.execute(kysely)
      return rows[0] === undefined ? null : { organizationId: rows[0].organization_id, id: rows[0].id }
    },
    async user(email) {
      const { rows } = await sql<{ organization_id: OrganizationId; id: UserId }>`
        select * from look_up_user(${email})`.execute(kysely)
      return rows[0] === undefined ? null : { organizationId: rows[0].organization_id, id: rows[0].id }
    },
    async signInLink(secretHash) {
      const { rows } = await sql<{ organization_id: OrganizationId; id: Id<'signInLink'> }>`
        select * from look_up_sign_in_link(${secretHash})`.execute(kysely)
      return rows[0] === undefined ? null : { organizationId: rows[0].organization_id, id: rows[0].id }
    },
    async visitLink(secretHash) {
      const { rows } = await sql<{ organization_id: OrganizationId; visit_id: VisitId; id: LinkId }>`
        select * from look_up_visit_link(${secretHash})`.execute(kysely)
      const [row] = rows
      return row === undefined ? null : { organizationId: row.organization_id, visitId: row.visit_id, id: row.id }
    },
    async apiKey(id) {
      const { rows } = await sql<{ organization_id: OrganizationId }>`select * from look_up_api_key(${id})`.execute(kysely)
      return rows[0]?.organization_id ?? null
    },
    async roomToken(id) {
      const { rows } = await sql<{ organization_id: OrganizationId }>`select * from look_up_room_token(${id})`.execute(kysely)
      return rows[0]?.organization_id ?? null
    },
    async participantSession(tokenHash) {
      const { rows } = await sql<{ organization_id: OrganizationId; visit_id: VisitId; id: ParticipantSessionId }>`
        select * from look_up_participant_session(${tokenHash})`.execute(kysely)
      const [row] = rows
      return row === undefined ? null : { organizationId: row.organization_id, visitId: row.visit_id, id: row.id }
    },
    async visitsInProgress() {
      const { rows } = await sql<{ organization_id: OrganizationId; id: VisitId }>`
        select * from look_up_visits_in_progress()`.execute(kysely)
      return rows.map((row) => ({ organizationId: row.organization_id, id: row.id }))
    },
    async expiredBreakGlass(now) {
      const { rows } = await sql<{ organization_id: OrganizationId; id: BreakGlassId }>`
        select * from look_up_expired_break_glass(${now})`.execute(kysely)
      return rows.map((row) => ({ organizationId: row.organization_id, id: row.id }))
    },
    async identityDomain(domain) {
      const { rows } = await sql<{ organization_id: OrganizationId; id: IdentityProviderId }>`
        select * from look_up_identity_domain(${domain})`.execute(kysely)
      return rows[0] === undefined ? null : { organizationId: rows[0].organization_id, id: rows[0].id }
    },
    async identityProvider(id) {
      const { rows } = await sql<{ organization_id: OrganizationId }>`
        select * from look_up_identity_provider(${id})`.execute(kysely)
      return rows[0] === undefined ? null : { organizationId: rows[0].organization_id }
    },
    async identityFlow(cookieHash) {
      const { rows } = await sql<{ organization_id: OrganizationId }>`
        select * from look_up_identity_flow(${cookieHash})`.execute(kysely)
      return rows[0] === undefined ? null : { organizationId: rows[0].organization_id }
    },
    async signUp(confirmationHash) {
      const { rows } = await sql<{ organization_id: OrganizationId; id: SignUpId }>`
        select * from look_up_sign_up(${confirmationHash})`.execute(kysely)
      return rows[0] === undefined ? null : { organizationId: rows[0].organization_id, id: rows[0].id }
    },
    async waitingMails() {
      const { rows } = await sql<{ organization_id: OrganizationId; id: MailId; next_attempt_at: Date }>`
        select * from look_up_waiting_mails()`.execute(kysely)
      return rows.map((row) => ({ organizationId: row.organization_id, id: row.id, nextAttemptAt: row.next_attempt_at }))
    },
    async waitingAlerts() {
      const { rows } = await sql<{ organization_id: OrganizationId; id: AlertDeliveryId; next_attempt_at: Date }>`
        select * from look_up_waiting_alerts()`.execute(kysely)
      return rows.map((row) => ({ organizationId: row.organization_id, id: row.id, nextAttemptAt: row.next_attempt_at }))
    },
    async quietAlerts() {
      const { rows } = await sql<{ organization_id: OrganizationId; id: AlertRuleId; quiet_until: Date }>`
        select * from look_up_quiet_alerts()`.execute(kysely)
      return rows.map((row) => ({ organizationId: row.organization_id, id: row.id, quietUntil: row.quiet_until }))
    },
    async overdueWebhookSecrets(now) {
      const { rows } = await sql<{ organization_id: OrganizationId; id: AlertRuleId }>`
        select * from look_up_overdue_webhook_secrets(${now})`.execute(kysely)
      return rows.map((row) => ({ organizationId: row.organization_id, id: row.id }))
    },
    async organizationKeys() {
      const { rows } = await sql<{ organization_id: OrganizationId; root_key_id: string | null }>`
        select * from look_up_organization_keys()`.execute(kysely)
      return rows.map((row) => ({ organizationId: row.organization_id, rootKeyId: row.root_key_id }))
    },
    async pendingLogs() {
      const { rows } = await sql<{ organization_id: OrganizationId }>`select * from look_up_pending_logs()`.execute(kysely)
      return rows.map((row) => row.organization_id)
    },
    async undelivered(destination) {
      const { rows } = await sql<{ organization_id: OrganizationId; next_attempt_at: Date | null }>`
        select * from look_up_undelivered(${destination})`.execute(kysely)
      return rows.map((row) => ({ organizationId: row.organization_id, nextAttemptAt: row.next_attempt_at }))
    },
    async logChecks() {
      const { rows } = await sql<{ organization_id: OrganizationId; next_at: Date | null; outcome: 'sound' | 'broken' | null }>`
        select * from look_up_log_checks()`.execute(kysely)
      return rows.map((row) => ({ organizationId: row.organization_id, nextAt: row.next_at, outcome: row.outcome }))
    },
  }
}
