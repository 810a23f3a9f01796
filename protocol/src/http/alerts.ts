import { z } from 'zod'
import type { AuditEventType } from '../audit-events.ts'
import { alertDeliveryId, alertRuleId, anyId, userId } from '../ids.ts'
import { email, instant, line } from '../text.ts'
import { auditEventType } from './audit.ts'

/** What somebody may want to be told of, by the types of events that it is about. */
export const alertTopics = {
  'break-glass': ['patient.glass-broken', 'patient.glass-refused'],
  denials: ['access.denied', 'participant.denied'],
  exports: ['patient.exported', 'audit.exported'],
  erasures: ['patient.erased', 'patient.merged'],
  'sign-ins': [
    'session.sign-in-failed', 'session.confirmation-failed', 'password.refused', 'passkey.suspect', 'identity.refused', 'api-key.refused',
  ],
  links: ['link.refused', 'link.check-failed', 'room-token.refused'],
  accounts: [
    'user.created', 'user.roles-changed', 'user.suspended', 'user.resumed', 'user.link-created', 'user.protection-reset',
    'user.access-reset', 'sign-up.approved', 'team.member-added',
  ],
  settings: [
    'organization.settings-changed', 'organization.security-changed', 'organization.sign-ups-changed', 'organization.access-opened',
    'identity-provider.created', 'identity-provider.changed', 'identity-provider.removed', 'api-key.created', 'api-key.ended',
    'review.rules-changed', 'alert.rule-created', 'alert.rule-changed', 'alert.rule-removed',
  ],
  log: ['log.pruned', 'log.key-replaced', 'log.retention-changed', 'log.hold-set', 'log.hold-ended', 'keys.rotated'],
} as const satisfies Record<string, readonly AuditEventType[]>

export const alertTopic = z.enum(['break-glass', 'denials', 'exports', 'erasures', 'sign-ins', 'links', 'accounts', 'settings', 'log'])
export type AlertTopic = z.infer<typeof alertTopic>

/** What alerts put on record themselves: a rule about that would never come to rest. */
const ofAlerts: readonly AuditEventType[] = ['alert.sent', 'alert.failed']

export const alertRuleInput = z
  .object({
    /** Stands in the message. It names no patient. */
    name: line(80),
    topics: z.array(alertTopic).max(20),
    /** Beside those of the topics. */
    types: z.array(auditEventType.refine((type) => !ofAlerts.includes(type), 'is about alerts themselves')).max(50),
    outcome: z.enum(['success', 'denied']).nullable().default(null),
    /** Only what this person did. */
    userId: userId.nullable().default(null),
    /** Only what was done to whatever has this id. */
    target: anyId.nullable().default(null),
    /** After so many of them, within so many minutes… */
    count: z.int().min(1).max(1000).default(1),
    withinMinutes: z.int().min(1).max(1440).default(10),
    /** …by the same person, or by all together. */
    countBy: z.enum(['person', 'everybody']).default('everybody'),
    isOn: z.boolean().default(true),
    /** To the security officers; to the owners, where there is none. */
    mailOfficers: z.boolean(),
    /** And to others, such as the mailbox of a security team. */
    mailAddresses: z.array(email).max(5),
    /** https alone, unless the operator allows addresses of their own network. */
    webhookUrl: z.string().trim().max(2000).nullable(),
  })
  .refine(({ topics, types }) => topics.length + types.length > 0, { path: ['topics'], message: 'is about nothing' })
  .refine(({ mailOfficers, mailAddresses, webhookUrl }) => mailOfficers || mailAddresses.length > 0 || webhookUrl !== null, {
    path: ['mailOfficers'],
    message: 'tells nobody',
  })
export type AlertRuleInput = z.input<typeof alertRuleInput>

export const alertRule = z.object({
  id: alertRuleId,
  name: z.string(),
  topics: z.array(alertTopic),
  types: z.array(auditEventType),
  outcome: z.enum(['success', 'denied']).nullable(),
  userId: userId.nullable(),
  target: z.string().nullable(),
  count: z.int(),
  withinMinutes: z.int(),
  countBy: z.enum(['person', 'everybody']),
  isOn: z.boolean(),
  mailOfficers: z.boolean(),
  mailAddresses: z.array(z.string()),
  webhookUrl: z.string().nullable(),
  createdAt: instant,
  createdBy: z.object({ id: userId, name: z.string() }),
  /** Until then the secret before the present one signs too, so that a receiver may have either. */
  oldSecretUntil: instant.nullable(),
  /** It was told a while ago: until then more of the same are counted, and told together. */
  quiet: z.object({ until: instant, more: z.int() }).nullable(),
})
export type AlertRule = z.infer<typeof alertRule>

/** The secret that signs is told in the one answer in which it is new. */
export const alertRuleKept = z.object({ rule: alertRule, webhookSecret: z.string().nullable() })
export type AlertRuleKept = z.infer<typeof alertRuleKept>

/** Why a message did not arrive, last time. */
export const alertProblem = z.enum([
  'address-invalid', 'address-refused', 'unreachable', 'tls', 'timed-out', 'redirected', 'gone', 'refused', 'mail-not-set-up', 'nobody',
  'rule-changed',
])
export type AlertProblem = z.infer<typeof alertProblem>

/** A message on its way, or that was. */
export const alertDelivery = z.object({
  id: alertDeliveryId,
  rule: z.object({ id: alertRuleId, name: z.string() }),
  /** One that was handed to the mail server's queue counts as delivered. */
  by: z.enum(['mail', 'webhook']),
  /** What a rule is about; that there was more of it; or that somebody tried whether it arrives. */
  kind: z.enum(['event', 'more', 'test']),
  /** How many events it tells of. */
  count: z.int(),
  createdAt: instant,
  state: z.enum(['waiting', 'delivered', 'failed']),
  attempts: z.int(),
  /** While it waits. */
  nextAttemptAt: instant.nullable(),
  endedAt: instant.nullable(),
  problem: alertProblem.nullable(),
  /** What the receiver answered, if it did. */
  status: z.int().nullable(),
})
export type AlertDelivery = z.infer<typeof alertDelivery>

export const alertList = z.object({
  rules: z.array(alertRule),
  /** The newest first, at most 50. */
  deliveries: z.array(alertDelivery),
  /** Whether there is a mail server to send by. */
  sendsMail: z.boolean(),
})
export type AlertList = z.infer<typeof alertList>
