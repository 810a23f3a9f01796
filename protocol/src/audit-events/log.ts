import { type AuditEventMeaning, count, fields } from './meaning.ts'

const by = 'the names of what was asked for, never what it was'
const savedSearchId = 'of the saved search'
const alertRuleId = 'of the rule'

/** The log itself: who read it, who reviewed what, what was told to whom, and how it is kept. */
export const logEvents = {
  'audit.searched': { means: 'Searched the log', target: 'any', facts: { by, count: 'how many events were shown' } },
  'audit.followed': { means: 'Followed the log while it was written', facts: {} },
  'audit.exported': {
    means: 'Exported the log, or events of it',
    target: 'any',
    facts: { format: '`log`, `ndjson`, `csv` or `fhir`', by, count: 'how many events the whole log had' },
  },
  'audit.patient-found': { means: 'Looked for a patient to ask the log about', facts: { by, count: 'how many were found' } },
  'audit.search-saved': { means: 'Saved a search of the log', facts: { savedSearchId } },
  'audit.search-removed': { means: 'Removed a saved search of the log', facts: { savedSearchId } },
  'audit.state-read': { means: 'Looked at how the log is kept', facts: {} },
  'log.pruned': {
    means: 'What is older than the log keeps was removed, down to its hashes',
    facts: { before: 'the place before which events may be missing', count: 'how many, with all that were removed earlier' },
  },
  'log.key-replaced': {
    means: 'The key that signs checkpoints was replaced',
    facts: {
      version: 'of the new key',
      key: 'the new key, as it is written down',
      keyBefore: 'the key before it; none where nothing of it was left',
      statement: 'a note in which the key before it names the new one; none where that key was lost',
    },
  },
  'log.checked': {
    means: 'The server checked the log against a checkpoint that was kept',
    facts: { outcome: '`sound` or `broken`', findings: 'what was wrong' },
  },
  'log.retention-changed': {
    means: 'Decided for how long events are kept',
    target: 'organization',
    facts: { years: 'from now on', yearsBefore: 'and until now' },
  },
  'log.hold-set': { means: 'Put a legal hold on the log, or on a patient’s events', target: 'any', facts: { holdId: 'of the hold' } },
  'log.hold-ended': { means: 'Ended a legal hold', target: 'any', facts: { holdId: 'of the hold' } },
  'review.listed': { means: 'Read what is to be reviewed', facts: { count } },
  'review.signed-off': {
    means: 'Reviewed what somebody did and signed it off; the target is who did it',
    target: 'user',
    facts: { reviewItemId: 'of what was reviewed', outcome: '`justified` or `not-justified`' },
  },
  'review.rules-changed': { means: 'Changed what comes up for review', target: 'organization', facts: { fields } },
  'alert.listed': { means: 'Read the rules of alerts', facts: { count } },
  'alert.rule-created': {
    means: 'Made a rule of when to be alerted',
    facts: { alertRuleId, on: 'the types of events that it is about' },
  },
  'alert.rule-changed': { means: 'Changed a rule of when to be alerted', facts: { alertRuleId, fields } },
  'alert.rule-removed': { means: 'Removed a rule of when to be alerted', facts: { alertRuleId } },
  'alert.tested': { means: 'Sent a test of a rule of alerts', facts: { alertRuleId } },
  'alert.sent-again': { means: 'Had an alert sent again that did not arrive', facts: { alertRuleId, alertDeliveryId: 'of the message' } },
  'alert.sent': { means: 'An alert was delivered', facts: { alertRuleId, by: '`mail` or `webhook`' } },
  'alert.failed': {
    means: 'An alert could not be delivered and was given up',
    facts: { alertRuleId, by: '`mail` or `webhook`', reason: 'the code of what was wrong' },
  },
} as const satisfies Record<string, AuditEventMeaning>
