import { type AuditEventMeaning, count, fields } from './meaning.ts'

/** What an organization decides for itself, and its keys. */
export const organizationEvents = {
  'organization.created': { means: 'The organization was set up', target: 'organization', facts: {} },
  'organization.settings-changed': {
    means: 'Changed the settings of visits',
    target: 'organization',
    facts: {
      transportVisits: 'the kinds of visits that may be without end-to-end encryption, from now on',
      transportVisitsBefore: 'and until now',
      linkCheck: 'what links to visits ask for where nobody chooses, from now on: `none`, `birth-date`, `mailed-code`',
      linkCheckBefore: 'and until now',
    },
  },
  'organization.security-changed': {
    means: 'Changed how accounts are protected',
    target: 'organization',
    facts: {
      fields,
      secondFactor: 'whether a second factor is asked for, from now on',
      secondFactorBefore: 'and until now',
      idleMinutes: 'after how many minutes without use a session is over, from now on',
      idleMinutesBefore: 'and until now',
      passwordMaxAgeDays: 'for how many days a password can be used, from now on',
      passwordMaxAgeDaysBefore: 'and until now',
      bindSessions: 'whether sessions end where the address changes, from now on',
      bindSessionsBefore: 'and until now',
    },
  },
  'organization.sign-ups-changed': {
    means: 'Decided whether people may ask for an account themselves',
    target: 'organization',
    facts: { open: '`true` or `false`' },
  },
  'organization.access-opened': {
    means: 'Whoever runs the server opened the networks that staff may come from, since nobody could get in',
    target: 'organization',
    facts: {},
  },
  'keys.adopted': {
    means: 'What an earlier version of Curtain had sealed otherwise came under a key of the organization',
    target: 'organization',
    facts: { version: 'of the key', count: 'how many keys of patients came under it' },
  },
  'keys.rotated': { means: 'The organization’s key was replaced', target: 'organization', facts: { version: 'of the new key' } },
  'keys.rewrapped': {
    means: 'Patients’ keys were sealed anew by the organization’s key',
    target: 'organization',
    facts: { version: 'of the key that seals them now', count: 'how many patients’ keys' },
  },
  'identity-provider.listed': { means: 'Read which identity providers there are', facts: { count } },
  'identity-provider.created': {
    means: 'Added an identity provider',
    target: 'identityProvider',
    facts: { newAccounts: 'what becomes of people it knows and the organization does not: they `wait`, or accounts are made (`make`)' },
  },
  'identity-provider.changed': { means: 'Changed an identity provider', target: 'identityProvider', facts: { fields } },
  'identity-provider.removed': { means: 'Removed an identity provider', target: 'identityProvider', facts: {} },
  'api-key.listed': { means: 'Read which API keys there are', facts: { count } },
  'api-key.created': {
    means: 'Made an API key',
    target: 'user',
    facts: { apiKeyId: 'of the key; the target is its account', scopes: 'what it may be used for', validDays: 'for how many days' },
  },
  'api-key.ended': { means: 'Ended an API key', target: 'user', facts: { apiKeyId: 'of the key; the target is its account' } },
  'api-key.refused': {
    means: 'An API key was shown and not accepted',
    facts: { reason: '`secret`, `ended`, `expired` or `address`; whoever used it was told none of these' },
  },
} as const satisfies Record<string, AuditEventMeaning>
