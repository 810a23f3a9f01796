import { plural } from '../../../i18n/format.ts'
import { actions } from './denied.en.ts'
import type { Told, Tellings, ValueWords } from './told.ts'

const formats: ValueWords = { log: 'as the whole log', ndjson: 'as lines of JSON', csv: 'as a table (CSV)', fhir: 'as FHIR AuditEvents' }
const asked: ValueWords = {
  patientId: 'a patient',
  userId: 'a person',
  visitId: 'a visit',
  target: 'what it was done to',
  types: 'the kind of event',
  outcome: 'the outcome',
  since: 'the time',
  until: 'the time',
  recordNumber: 'record number',
  name: 'name',
  birthDate: 'birth date',
}
const verdicts: ValueWords = { sound: 'found it sound', broken: 'found it BROKEN' }
const channels: ValueWords = { mail: 'by mail', webhook: 'by webhook' }
const outcomes: ValueWords = { justified: 'justified', 'not-justified': 'not justified' }
const events = ({ count, number }: Told) => plural('en', count(), { one: `${number()} event`, other: `${number()} events` })

export const log = {
  'access.denied': ['Access denied', ({ who, word }) => `${who} tried to ${word('action', actions)}, which they may not`],
  'audit.searched': [
    'Log searched',
    (event) => `${event.who} searched the log${event.has('by') ? ` for ${event.list('by', asked)}` : ''} and saw ${events(event)}`,
  ],
  'audit.followed': ['Log followed', ({ who }) => `${who} followed the log while it was written`],
  'audit.exported': ['Log exported', (event) => `${event.who} exported ${events(event)} ${event.word('format', formats)}`],
  'audit.patient-found': ['Patient looked up', ({ who, list, number }) => `${who} looked by ${list('by', asked)} for a patient to ask the log about, and found ${number()}`],
  'audit.search-saved': ['Search saved', ({ who }) => `${who} saved a search of the log`],
  'audit.search-removed': ['Search removed', ({ who }) => `${who} removed a saved search of the log`],
  'audit.state-read': ['State of the log read', ({ who }) => `${who} looked at how the log is kept`],
  'log.pruned': ['Log pruned', (event) => `${events(event)} whose time was over were removed from the log, down to their hashes`],
  'log.key-replaced': ['Signing key replaced', () => 'The key that signs the log was replaced'],
  'log.checked': ['Log checked', ({ word }) => `The server checked the log and ${word('outcome', verdicts)}`],
  'log.retention-changed': ['Retention changed', ({ who, number }) => `${who} decided that events are kept for ${number('years')} years`],
  'log.hold-set': ['Legal hold set', ({ who }) => `${who} put a legal hold on the log or a part of it`],
  'log.hold-ended': ['Legal hold ended', ({ who }) => `${who} ended a legal hold`],
  'review.listed': ['Reviews read', ({ who }) => `${who} read what is to be reviewed`],
  'review.signed-off': ['Review signed off', ({ who, word }) => `${who} reviewed something and found it ${word('outcome', outcomes)}`],
  'review.rules-changed': ['Review rules changed', ({ who }) => `${who} changed what comes up for review`],
  'alert.listed': ['Alerts read', ({ who }) => `${who} read the rules of alerts`],
  'alert.rule-created': ['Alert rule made', ({ who }) => `${who} made a rule of when to be alerted`],
  'alert.rule-changed': ['Alert rule changed', ({ who }) => `${who} changed a rule of when to be alerted`],
  'alert.rule-removed': ['Alert rule removed', ({ who }) => `${who} removed a rule of when to be alerted`],
  'alert.tested': ['Alert tried', ({ who }) => `${who} sent a test of a rule of alerts`],
  'alert.sent-again': ['Alert sent again', ({ who }) => `${who} had an alert sent again that did not arrive`],
  'alert.sent': ['Alert delivered', ({ word }) => `An alert was delivered ${word('by', channels)}`],
  'alert.failed': ['Alert not delivered', ({ word }) => `An alert could not be delivered ${word('by', channels)} and was given up`],
} as const satisfies Partial<Tellings>
