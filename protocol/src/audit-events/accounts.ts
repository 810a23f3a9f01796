import { type AuditEventMeaning, count, roles } from './meaning.ts'

const by = 'by what: `password`, `link`, `identity-provider` or `setup`'
const passkeyId = 'of the passkey'

/** The staff's accounts, how they are protected, and how people come in. */
export const accountEvents = {
  'user.listed': { means: 'Read who is on the staff', facts: { count } },
  'user.created': { means: 'Made an account', target: 'user', facts: { roles } },
  'user.roles-changed': { means: 'Changed somebody’s roles', target: 'user', facts: { roles, rolesBefore: 'and until now' } },
  'user.suspended': { means: 'Suspended somebody', target: 'user', facts: { sessions: 'how many of their sessions ended with it' } },
  'user.resumed': { means: 'Let somebody in again who was suspended', target: 'user', facts: {} },
  'user.link-created': { means: 'Made a link to sign in with, or to a new password', target: 'user', facts: {} },
  'user.password-forgotten': { means: 'A link to a new password was asked for and mailed', target: 'user', facts: {} },
  'user.protection-reset': { means: 'Took somebody’s second factors off', target: 'user', facts: {} },
  'user.access-reset': { means: 'Whoever runs the server gave somebody a new way in', target: 'user', facts: {} },
  'session.begun': {
    means: 'Showed the first of what is asked for; the session opens nothing yet',
    facts: { by, stage: 'what is missing: `second-factor` or `set-up`' },
  },
  'session.signed-in': {
    means: 'Signed in',
    facts: { by, factor: 'the second factor, where there was one: `passkey`, `authenticator`, `recovery-code`' },
  },
  'session.sign-in-failed': {
    means: 'Somebody tried to sign in and was not let in',
    facts: { reason: 'what was wrong, more exactly than they were told' },
  },
  'session.signed-out': { means: 'Signed out', facts: {} },
  'session.ended': {
    means: 'A session was ended',
    target: 'session',
    facts: { reason: '`user` for by hand; otherwise the rule it broke' },
  },
  'session.confirmed': { means: 'Showed again that it is them', facts: { by: '`password`, `authenticator` or `passkey`' } },
  'session.confirmation-failed': { means: 'Could not show again that it is them', facts: { by: '`password`, `authenticator` or `passkey`' } },
  'sign-in.listed': { means: 'Read the login log', target: 'user', facts: { count } },
  'password.changed': { means: 'Set a new password', target: 'user', facts: {} },
  'password.refused': {
    means: 'A new password was refused',
    facts: { reason: '`weak`, `reused`, or `wrong`: the present one was' },
  },
  'passkey.added': { means: 'Added a passkey', target: 'user', facts: { passkeyId } },
  'passkey.renamed': { means: 'Gave a passkey another name', target: 'user', facts: { passkeyId } },
  'passkey.removed': { means: 'Removed a passkey', target: 'user', facts: { passkeyId } },
  'passkey.suspect': { means: 'A passkey counted backwards: there may be a copy of it', facts: { passkeyId } },
  'authenticator.added': { means: 'Set up an authenticator app', target: 'user', facts: {} },
  'authenticator.removed': { means: 'Removed the authenticator app', target: 'user', facts: {} },
  'recovery-codes.made': { means: 'Made new recovery codes', target: 'user', facts: { count } },
  'identity.linked': {
    means: 'An account was linked with what an identity provider knows somebody as',
    target: 'user',
    facts: { providerId: 'of the identity provider' },
  },
  'identity.refused': {
    means: 'An identity provider sent somebody who was not let in',
    target: 'identityProvider',
    facts: { reason: 'the code of the answer' },
  },
  'sign-up.listed': { means: 'Read who asks for an account', facts: { count } },
  'sign-up.received': {
    means: 'Somebody asked for an account, or a colleague did for them',
    target: 'signUp',
    facts: { kind: '`request`, `proposal` by a colleague, or `identity-provider`' },
  },
  'sign-up.confirmed': { means: 'Whoever asked for an account showed that the address is theirs', target: 'signUp', facts: {} },
  'sign-up.approved': { means: 'Gave somebody the account that was asked for', target: 'user', facts: { roles, signUpId: 'of what was asked' } },
  'sign-up.refused': { means: 'Refused to give an account', target: 'signUp', facts: {} },
  'access.denied': {
    means: 'Tried something that they may not do',
    target: 'any',
    facts: { action: 'what, in a word of the rules of [access](access.md)' },
  },
} as const satisfies Record<string, AuditEventMeaning>
