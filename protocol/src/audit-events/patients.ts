import { type AuditEventMeaning, count, fields, patientIds } from './meaning.ts'

const access = 'by what right they saw it: `own`, `team`, `all`, or `break-glass`'
const breakGlassId = 'of the time for which the glass was broken'
const patientId = 'of the patient'

/** Patients, their records, and by whom they are seen. */
export const patientEvents = {
  'patient.created': { means: 'Registered a patient', target: 'patient', facts: {} },
  'patient.listed': { means: 'Saw the list of patients', facts: { count, patientIds } },
  'patient.searched': {
    means: 'Looked for patients',
    facts: { by: 'the names of what was looked for, never what it was', count: 'how many were found', patientIds },
  },
  'patient.read': { means: 'Opened a patient’s record', target: 'patient', facts: { access } },
  'patient.changed': { means: 'Changed a patient’s record', target: 'patient', facts: { fields } },
  'patient.record-number-taken': {
    means: 'Learned from a refusal that a patient has this record number',
    target: 'patient',
    facts: {},
  },
  'patient.history-read': { means: 'Read who changed what of a patient’s record', target: 'patient', facts: { count } },
  'patient.merged': { means: 'Took a record for a double and merged it', target: 'patient', facts: { into: 'the patient who stays' } },
  'patient.exported': { means: 'Exported everything about a patient', target: 'patient', facts: { visits: 'how many visits it held' } },
  'patient.erased': {
    means: 'Erased a patient',
    target: 'patient',
    facts: { ground: '`patient-request`, `made-in-error` or `retention-over`' },
  },
  'patient.glass-broken': { means: 'Broke the glass to see a patient who is not theirs', target: 'patient', facts: { breakGlassId } },
  'patient.glass-ended': {
    means: 'The time for which the glass was broken ended',
    target: 'patient',
    facts: { breakGlassId, reason: '`time` or `by-hand`' },
  },
  'patient.glass-listed': { means: 'Read when the glass was broken', facts: { count } },
  'patient.glass-reviewed': {
    means: 'Said whether the glass was broken with good reason',
    target: 'patient',
    facts: { breakGlassId, outcome: '`justified` or `not-justified`' },
  },
  'patient.glass-refused': {
    means: 'Tried to break the glass and did not find one patient',
    facts: { reason: '`nobody`, `several` or `too-many-tries`' },
  },
  'patient.teams-read': { means: 'Read which teams see a patient', target: 'patient', facts: { access, count } },
  'patient.log-read': { means: 'Read who saw a patient', target: 'patient', facts: { count } },
  'team.created': { means: 'Made a care team', target: 'team', facts: {} },
  'team.changed': { means: 'Changed a care team', target: 'team', facts: { fields } },
  'team.member-added': { means: 'Put somebody into a care team', target: 'team', facts: { userId: 'of the member' } },
  'team.member-removed': { means: 'Took somebody out of a care team', target: 'team', facts: { userId: 'of who was the member' } },
  'team.patient-added': { means: 'Handed a patient to a care team', target: 'team', facts: { patientId } },
  'team.patient-removed': { means: 'Took a patient from a care team', target: 'team', facts: { patientId } },
} as const satisfies Record<string, AuditEventMeaning>
