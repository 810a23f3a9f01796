import { type AuditEventMeaning, count, fields, participantId, patientIds } from './meaning.ts'

const linkId = 'of the link'
const roomTokenId = 'of the room token'
const check = 'what the link asks for: `none`, `birth-date`, `mailed-code`'
const role = '`host`, `patient` or `guest`'
const code = 'the code of the answer'

/** Planning visits, coming to them, and what happens in them. */
export const visitEvents = {
  'visit.created': {
    means: 'Planned a visit',
    target: 'visit',
    facts: {
      patientId: 'of the patient',
      clinicianId: 'whose visit it is',
      kind: '`consultation`, `group` or `case-conference`',
      encryption: '`end-to-end` or `transport`',
    },
  },
  'visit.listed': {
    means: 'Saw visits: of a span of time, or, where there is a target, of one patient',
    target: 'patient',
    facts: { count, access: 'where it was one patient’s, by what right', patientIds },
  },
  'visit.read': { means: 'Opened a visit', target: 'visit', facts: { access: 'by what right' } },
  'visit.changed': { means: 'Changed a visit', target: 'visit', facts: { fields } },
  'visit.opened': { means: 'The room was opened', target: 'visit', facts: {} },
  'visit.started': { means: 'The visit began: two people were in it', target: 'visit', facts: {} },
  'visit.emptied': {
    means: 'Nobody was left in the visit',
    target: 'visit',
    facts: { reason: '`server-stopped` where that was found after the server had stopped' },
  },
  'visit.ended': { means: 'The visit was ended for everybody', target: 'visit', facts: {} },
  'visit.cancelled': { means: 'Called the visit off', target: 'visit', facts: {} },
  'visit.no-show': { means: 'Said that the patient did not come', target: 'visit', facts: {} },
  'visit.locked': { means: 'Locked the room', target: 'visit', facts: {} },
  'visit.unlocked': { means: 'Unlocked the room', target: 'visit', facts: {} },
  'link.created': {
    means: 'Made a link to a visit',
    target: 'visit',
    facts: { participantId, linkId, check, sent: '`true` where it was mailed' },
  },
  'link.exchanged': { means: 'Somebody used a link to a visit', target: 'visit', facts: { participantId, linkId, check } },
  'link.refused': { means: 'A link to a visit was not accepted', target: 'visit', facts: { reason: code, linkId } },
  'link.code-sent': {
    means: 'The code that a link asks for was mailed',
    target: 'visit',
    facts: { participantId, linkId, count: 'how many codes for this link by now' },
  },
  'link.check-failed': {
    means: 'What a link asks for was answered wrongly',
    target: 'visit',
    facts: { participantId, linkId, check, triesLeft: 'wrong answers until it is locked' },
  },
  'room-token.created': {
    means: 'Made a room token',
    target: 'visit',
    facts: { participantId, roomTokenId, grants: 'what the person may do in the room, where it was said' },
  },
  'room-token.exchanged': { means: 'Somebody used a room token', target: 'visit', facts: { participantId, roomTokenId } },
  'room-token.refused': { means: 'A room token was not accepted', target: 'visit', facts: { roomTokenId, reason: 'why not' } },
  'room-token.revoked': { means: 'Took a room token back', target: 'visit', facts: { participantId, roomTokenId } },
  'ticket.issued': { means: 'Was given a ticket for one connection to the room', target: 'visit', facts: { participantId, role } },
  'ticket.refused': { means: 'Was given no ticket', target: 'visit', facts: { participantId, reason: code } },
  'participant.arrived': {
    means: 'Connected: in the waiting room, or in the room where they were let in before',
    target: 'visit',
    facts: { participantId, role },
  },
  'participant.departed': {
    means: 'Was gone from the room, or its waiting room',
    target: 'visit',
    facts: { participantId, reason: '`left`, `lost` for a connection that broke, `replaced` by another browser of theirs' },
  },
  'participant.admitted': { means: 'Let somebody in from the waiting room', target: 'visit', facts: { participantId } },
  'participant.refused': { means: 'Refused to let somebody in', target: 'visit', facts: { participantId } },
  'participant.removed': { means: 'Removed somebody from the room for good', target: 'visit', facts: { participantId } },
  'participant.sent-back': { means: 'Sent somebody back to the waiting room', target: 'visit', facts: { participantId } },
  'participant.muted': { means: 'Turned somebody’s microphone off', target: 'visit', facts: { participantId } },
  'participant.screen-shared': { means: 'Began to share their screen', target: 'visit', facts: {} },
  'participant.screen-stopped': { means: 'Stopped sharing their screen, and stayed', target: 'visit', facts: {} },
  'participant.denied': {
    means: 'Asked the room for what they may not do',
    target: 'visit',
    facts: { request: 'the type of the signalling request', reason: '`forbidden` or `not-admitted`', count: 'how often' },
  },
} as const satisfies Record<string, AuditEventMeaning>
