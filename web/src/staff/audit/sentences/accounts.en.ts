import type { Tellings, ValueWords } from './told.ts'

const ways: ValueWords = {
  password: 'with a password',
  link: 'by a one-time link',
  'identity-provider': 'through the organization’s sign-in service',
  setup: 'by the set-up link',
}
const factors: ValueWords = { passkey: 'a passkey', authenticator: 'an authenticator app', 'recovery-code': 'a recovery code', password: 'the password' }
const wrong: ValueWords = {
  password: 'the password was wrong',
  passkey: 'the passkey was not accepted',
  authenticator: 'the code was wrong',
  'recovery-code': 'the recovery code was wrong',
  suspended: 'the account is suspended',
  throttled: 'there were too many tries',
  'address-not-allowed': 'they may not come from that network',
}
const endings: ValueWords = {
  user: 'by hand',
  address: 'since its address changed',
  'address-not-allowed': 'since it came from a network that is not allowed',
}
const passwordFaults: ValueWords = { weak: 'it was too easy to guess', reused: 'it was used before', wrong: 'the present one was wrong' }
const signUpKinds: ValueWords = {
  request: 'Somebody asked for an account themselves',
  proposal: 'Somebody was proposed for an account',
  'identity-provider': 'The sign-in service sent somebody who has no account yet',
}

export const accounts = {
  'user.listed': ['Accounts read', ({ who }) => `${who} read who is on the staff`],
  'user.created': ['Account made', ({ who, whom, roles }) => `${who} made an account for ${whom}: ${roles('roles')}`],
  'user.roles-changed': [
    'Roles changed',
    ({ who, whom, roles }) => `${who} changed the roles of ${whom} from ${roles('rolesBefore')} to ${roles('roles')}`,
  ],
  'user.suspended': ['Account suspended', ({ who, whom }) => `${who} suspended the account of ${whom}`],
  'user.resumed': ['Account resumed', ({ who, whom }) => `${who} let ${whom} sign in again`],
  'user.link-created': ['Sign-in link made', ({ who, whom }) => `${who} made a sign-in link for ${whom}`],
  'user.password-forgotten': ['Password forgotten', ({ whom }) => `A link to a new password was asked for and mailed to ${whom}`],
  'user.protection-reset': ['Second factors reset', ({ who, whom }) => `${who} took all second factors off the account of ${whom}`],
  'user.access-reset': ['Access reset', ({ whom }) => `Whoever runs the server gave ${whom} a new way in`],
  'session.begun': ['Sign-in begun', ({ who, word }) => `${who} began to sign in ${word('by', ways)}`],
  'session.signed-in': [
    'Signed in',
    ({ who, word, has }) => `${who} signed in ${word('by', ways)}${has('factor') ? ` and ${word('factor', factors)}` : ''}`,
  ],
  'session.sign-in-failed': ['Sign-in failed', ({ them, word }) => `Somebody was not let into the account of ${them}: ${word('reason', wrong)}`],
  'session.signed-out': ['Signed out', ({ who }) => `${who} signed out`],
  'session.ended': ['Session ended', ({ them, word }) => `A session of ${them} was ended ${word('reason', endings)}`],
  'session.confirmed': ['Confirmed', ({ who, word }) => `${who} showed again that it is them, with ${word('by', factors)}`],
  'session.confirmation-failed': ['Confirmation failed', ({ who, word }) => `${who} could not show again that it is them, with ${word('by', factors)}`],
  'sign-in.listed': [
    'Login log read',
    ({ who, whom, hasTarget }) => (hasTarget ? `${who} read the login log of ${whom}` : `${who} read everybody’s login log`),
  ],
  'password.changed': ['Password changed', ({ who }) => `${who} set a new password`],
  'password.refused': ['Password refused', ({ them, word }) => `A new password of ${them} was refused: ${word('reason', passwordFaults)}`],
  'passkey.added': ['Passkey added', ({ who }) => `${who} added a passkey`],
  'passkey.renamed': ['Passkey renamed', ({ who }) => `${who} gave a passkey another name`],
  'passkey.removed': ['Passkey removed', ({ who }) => `${who} removed a passkey`],
  'passkey.suspect': ['Passkey suspect', ({ them }) => `A passkey of ${them} counted backwards: there may be a copy of it`],
  'authenticator.added': ['Authenticator app added', ({ who }) => `${who} set up an authenticator app`],
  'authenticator.removed': ['Authenticator app removed', ({ who }) => `${who} removed the authenticator app`],
  'recovery-codes.made': ['Recovery codes made', ({ who }) => `${who} made new recovery codes`],
  'identity.linked': ['Identity linked', ({ whom }) => `The account of ${whom} was linked with the sign-in service`],
  'identity.refused': ['Identity refused', ({ word }) => `The sign-in service sent somebody who was not let in (${word('reason')})`],
  'sign-up.listed': ['Requests for accounts read', ({ who }) => `${who} read who asks for an account`],
  'sign-up.received': ['Account asked for', ({ word }) => word('kind', signUpKinds) || 'Somebody asked for an account'],
  'sign-up.confirmed': ['Address confirmed', () => 'Whoever asked for an account showed that the address is theirs'],
  'sign-up.approved': ['Account approved', ({ who, whom, roles }) => `${who} gave ${whom} the account that was asked for: ${roles('roles')}`],
  'sign-up.refused': ['Account refused', ({ who }) => `${who} refused to give an account that was asked for`],
} as const satisfies Partial<Tellings>
