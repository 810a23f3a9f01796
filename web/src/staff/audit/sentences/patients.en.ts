import { plural } from '../../../i18n/format.ts'
import type { Told, Tellings, ValueWords } from './told.ts'

const access: ValueWords = {
  own: ', as a patient of their own',
  team: ', as a patient of their team',
  all: '',
  'break-glass': ', by emergency access',
}
const fields: ValueWords = { name: 'name', birthDate: 'birth date', recordNumber: 'record number', email: 'e-mail address', phone: 'telephone', teamId: 'team', contact: 'e-mail or telephone' }
const grounds: ValueWords = {
  'patient-request': 'the patient asked for it',
  'made-in-error': 'it was made in error',
  'retention-over': 'it need not be kept any longer',
}
const glassFaults: ValueWords = { nobody: 'found nobody', several: 'found more than one', 'too-many-tries': 'tried too often' }
const outcomes: ValueWords = { justified: 'justified', 'not-justified': 'not justified' }
const patients = ({ count, number }: Told) => plural('en', count(), { one: `${number()} patient`, other: `${number()} patients` })

export const patientRecords = {
  'patient.created': ['Patient registered', ({ who }) => `${who} registered a patient`],
  'patient.listed': ['Patients listed', (event) => `${event.who} saw the list of patients, with ${patients(event)}`],
  'patient.searched': ['Patients searched', (event) => `${event.who} looked for patients by ${event.list('by', fields)} and found ${event.number()}`],
  'patient.read': ['Patient opened', ({ who, word }) => `${who} opened a patient’s record${word('access', access)}`],
  'patient.changed': ['Patient changed', ({ who, list }) => `${who} changed what is known of a patient: ${list('fields', fields)}`],
  'patient.record-number-taken': ['Record number taken', ({ who }) => `${who} learned that a patient has this record number`],
  'patient.history-read': ['History read', ({ who }) => `${who} read who changed what of a patient’s record`],
  'patient.merged': ['Patients merged', ({ who }) => `${who} took a record for a double and merged it into another`],
  'patient.exported': ['Patient exported', ({ who }) => `${who} exported everything about a patient`],
  'patient.erased': ['Patient erased', ({ who, word }) => `${who} erased a patient: ${word('ground', grounds)}`],
  'patient.glass-broken': ['Opened in an emergency', ({ who }) => `${who} opened a patient who is not theirs in an emergency`],
  'patient.glass-ended': [
    'Emergency access ended',
    ({ who, word }) => (word('reason') === 'by-hand' ? `${who} ended their emergency access to a patient` : 'Emergency access to a patient ended by itself'),
  ],
  'patient.glass-listed': ['Emergencies read', ({ who }) => `${who} read who opened patients in an emergency`],
  'patient.glass-reviewed': ['Emergency reviewed', ({ who, word }) => `${who} found emergency access to a patient ${word('outcome', outcomes)}`],
  'patient.glass-refused': ['Emergency access refused', ({ who, word }) => `${who} wanted to open a patient in an emergency and ${word('reason', glassFaults)}`],
  'patient.teams-read': ['Patient’s teams read', ({ who, word }) => `${who} read which teams see a patient${word('access', access)}`],
  'patient.log-read': ['Patient’s access log read', ({ who }) => `${who} read who saw a patient`],
  'team.created': ['Team made', ({ who }) => `${who} made a care team`],
  'team.changed': ['Team changed', ({ who }) => `${who} changed a care team`],
  'team.member-added': ['Team member added', ({ who, user }) => `${who} put ${user('userId')} into a care team`],
  'team.member-removed': ['Team member removed', ({ who, user }) => `${who} took ${user('userId')} out of a care team`],
  'team.patient-added': ['Patient given to a team', ({ who }) => `${who} handed a patient to a care team`],
  'team.patient-removed': ['Patient taken from a team', ({ who }) => `${who} took a patient from a care team`],
} as const satisfies Partial<Tellings>
