import { plural } from '../../../i18n/format.ts'
import type { Told, Tellings, ValueWords } from './told.ts'

const kinds: ValueWords = { consultation: 'a visit', group: 'a group visit', 'case-conference': 'a case conference' }
const fields: ValueWords = {
  startsAt: 'when it begins',
  durationMinutes: 'how long it takes',
  clinicianId: 'who holds it',
  reason: 'the reason',
  kind: 'the kind',
  encryption: 'how it is encrypted',
}
const checks: ValueWords = { none: '', 'birth-date': ' that asks for the birth date', 'mailed-code': ' that asks for a mailed code' }
const answers: ValueWords = { 'birth-date': 'the birth date', 'mailed-code': 'the mailed code' }
/** What patients and guests are called says it already. */
const roles: ValueWords = { host: ' as a host', patient: '', guest: '' }
const departures: ValueWords = { left: 'left', lost: 'lost the connection', replaced: 'went on in another browser' }
const denials: ValueWords = { forbidden: 'they may not do that', 'not-admitted': 'they were not let in yet' }
const tokenFaults: ValueWords = { 'not-valid': 'it is not a valid one', used: 'it was used before', revoked: 'it was taken back', expired: 'it was too old' }
const codes: ValueWords = {
  'link-invalid': 'it is not a valid one',
  'link-used': 'it was used in another browser',
  'link-expired': 'it was too old',
  'link-locked': 'it is locked after wrong answers',
  'visit-ended': 'the visit is over',
  'visit-cancelled': 'the visit was called off',
  'visit-full': 'the visit is full',
  'visit-locked': 'the room is locked',
  refused: 'they were refused before',
  removed: 'they were removed before',
}
const visits = ({ count, number }: Told) => plural('en', count(), { one: `${number()} visit`, other: `${number()} visits` })

export const visitRecords = {
  'visit.created': ['Visit planned', ({ who, word }) => `${who} planned ${word('kind', kinds)}`],
  'visit.listed': ['Visits listed', (event) => `${event.who} saw ${visits(event)}${event.hasTarget ? ' of a patient' : ' of a span of days'}`],
  'visit.read': ['Visit opened', ({ who }) => `${who} opened a visit’s record`],
  'visit.changed': ['Visit changed', ({ who, list }) => `${who} changed a visit: ${list('fields', fields)}`],
  'visit.opened': ['Room opened', ({ who }) => `${who} was the first to come to the visit`],
  'visit.started': ['Visit started', () => 'The visit began: two people were in it'],
  'visit.emptied': ['Room empty', () => 'Nobody was left in the visit'],
  'visit.ended': ['Visit ended', ({ who }) => `${who} ended the visit for everybody`],
  'visit.cancelled': ['Visit called off', ({ who }) => `${who} called the visit off`],
  'visit.no-show': ['Patient did not come', ({ who }) => `${who} noted that the patient did not come`],
  'visit.locked': ['Room locked', ({ who }) => `${who} locked the room`],
  'visit.unlocked': ['Room unlocked', ({ who }) => `${who} unlocked the room`],
  'participant.screen-shared': ['Screen shared', ({ who }) => `${who} began to share their screen`],
  'participant.screen-stopped': ['Screen no longer shared', ({ who }) => `${who} stopped sharing their screen`],
  'link.created': [
    'Link made',
    ({ who, participant, word }) => `${who} made a link for ${participant}${word('check', checks)}${word('sent') === 'true' ? ' and mailed it' : ''}`,
  ],
  'link.exchanged': ['Link used', ({ who }) => `${who} used their link to the visit`],
  'link.refused': ['Link refused', ({ word }) => `A link to the visit was not accepted: ${word('reason', codes)}`],
  'link.code-sent': ['Code mailed', ({ participant }) => `A code was mailed to ${participant}`],
  'link.check-failed': [
    'Wrong answer to a link',
    ({ word, count, number, participant }) =>
      `The answer of ${participant} to a link was wrong (${word('check', answers)}); ${plural('en', count('triesLeft'), { one: '1 try is', other: `${number('triesLeft')} tries are` })} left`,
  ],
  'room-token.created': ['Room token made', ({ who, participant }) => `${who} made a room token for ${participant}`],
  'room-token.exchanged': ['Room token used', ({ participant }) => `A room token let in ${participant}`],
  'room-token.refused': ['Room token refused', ({ word }) => `A room token was not accepted: ${word('reason', tokenFaults)}`],
  'room-token.revoked': ['Room token taken back', ({ who, participant }) => `${who} took back the room token of ${participant}`],
  'ticket.issued': ['Way into the room opened', ({ who, word }) => `${who} was given a way into the room${word('role', roles)}`],
  'ticket.refused': ['Way into the room refused', ({ who, word }) => `${who} was given no way into the room: ${word('reason', codes)}`],
  'participant.arrived': ['Arrived', ({ who, word }) => `${who} came to the visit${word('role', roles)}`],
  'participant.departed': ['Departed', ({ who, word }) => `${who} ${word('reason', departures)}`],
  'participant.admitted': ['Let in', ({ who, participant }) => `${who} let in ${participant} from the waiting room`],
  'participant.refused': ['Not let in', ({ who, participant }) => `${who} refused to let in ${participant}`],
  'participant.removed': ['Removed', ({ who, participant }) => `${who} removed ${participant} from the visit`],
  'participant.sent-back': ['Sent back', ({ who, participant }) => `${who} sent ${participant} back to the waiting room`],
  'participant.muted': ['Microphone turned off', ({ who, participant }) => `${who} turned off the microphone of ${participant}`],
  'participant.denied': ['Denied in the room', ({ who, word }) => `${who} asked the room for “${word('request')}”: ${word('reason', denials)}`],
} as const satisfies Partial<Tellings>
