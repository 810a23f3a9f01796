import type { Tellings, ValueWords } from './told.ts'

const fields: ValueWords = {
  secondFactor: 'the second factor',
  idleMinutes: 'the time without use after which sessions end',
  passwordMaxAgeDays: 'how long passwords last',
  bindSessions: 'whether sessions stay with one address',
  addresses: 'the networks that are allowed',
  roleAddresses: 'the networks that are allowed to some roles',
}
const keyFaults: ValueWords = { secret: 'its secret was wrong', ended: 'it was ended', expired: 'it is over', address: 'it came from an address that is not its own' }

export const organization = {
  'organization.created': ['Organization set up', ({ who }) => `${who} set up the organization`],
  'organization.settings-changed': ['Settings changed', ({ who }) => `${who} changed the settings of visits`],
  'organization.security-changed': ['Security changed', ({ who, list }) => `${who} changed how accounts are protected: ${list('fields', fields)}`],
  'organization.sign-ups-changed': [
    'Requests for accounts allowed or not',
    ({ who, word }) => `${who} decided that people ${word('open', { true: 'may', false: 'may not' })} ask for an account themselves`,
  ],
  'organization.access-opened': ['Networks opened', () => 'Whoever runs the server opened the networks that staff may come from'],
  'keys.adopted': ['Keys adopted', () => 'What an earlier version had sealed otherwise came under a key of the organization'],
  'keys.rotated': ['Key replaced', () => 'The organization’s key was replaced'],
  'keys.rewrapped': ['Keys sealed anew', () => 'Patients’ keys were sealed anew by the organization’s key'],
  'identity-provider.listed': ['Sign-in services read', ({ who }) => `${who} read which sign-in services there are`],
  'identity-provider.created': ['Sign-in service added', ({ who }) => `${who} added a sign-in service`],
  'identity-provider.changed': ['Sign-in service changed', ({ who }) => `${who} changed a sign-in service`],
  'identity-provider.removed': ['Sign-in service removed', ({ who }) => `${who} removed a sign-in service`],
  'api-key.listed': ['API keys read', ({ who }) => `${who} read which API keys there are`],
  'api-key.created': ['API key made', ({ who, whom, list }) => `${who} made the API key ${whom}, for ${list('scopes')}`],
  'api-key.ended': ['API key ended', ({ who, whom }) => `${who} ended the API key ${whom}`],
  'api-key.refused': ['API key refused', ({ them, word }) => `The API key ${them} was not accepted: ${word('reason', keyFaults)}`],
} as const satisfies Partial<Tellings>
