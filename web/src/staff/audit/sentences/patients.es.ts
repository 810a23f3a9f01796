import { plural } from '../../../i18n/format.ts'
import type { patientRecords as english } from './patients.en.ts'
import type { Told, Tellings, ValueWords } from './told.ts'

const access: ValueWords = {
  own: ', como paciente propio',
  team: ', como paciente de su equipo',
  all: '',
  'break-glass': ', con acceso de emergencia',
}
const fields: ValueWords = {
  name: 'nombre',
  birthDate: 'fecha de nacimiento',
  recordNumber: 'número de expediente',
  email: 'correo electrónico',
  phone: 'teléfono',
  teamId: 'equipo',
  contact: 'correo o teléfono',
}
const grounds: ValueWords = {
  'patient-request': 'lo pidió el paciente',
  'made-in-error': 'se creó por error',
  'retention-over': 'ya no hace falta conservarlo',
}
const glassFaults: ValueWords = { nobody: 'no encontró a nadie', several: 'encontró a más de uno', 'too-many-tries': 'lo intentó demasiadas veces' }
const outcomes: ValueWords = { justified: 'justificado', 'not-justified': 'no justificado' }
const patients = ({ count, number }: Told) => plural('es', count(), { one: `${number()} paciente`, other: `${number()} pacientes` })

export const patientRecords: Tellings<keyof typeof english> = {
  'patient.created': ['Paciente registrado', ({ who }) => `${who} registró a un paciente`],
  'patient.listed': ['Pacientes listados', (event) => `${event.who} vio la lista de pacientes, con ${patients(event)}`],
  'patient.searched': ['Pacientes buscados', (event) => `${event.who} buscó pacientes por ${event.list('by', fields)} y encontró ${event.number()}`],
  'patient.read': ['Paciente abierto', ({ who, word }) => `${who} abrió la ficha de un paciente${word('access', access)}`],
  'patient.changed': ['Paciente cambiado', ({ who, list }) => `${who} cambió lo que consta de un paciente: ${list('fields', fields)}`],
  'patient.record-number-taken': ['Número de expediente ocupado', ({ who }) => `${who} supo que un paciente tiene este número de expediente`],
  'patient.history-read': ['Historial consultado', ({ who }) => `${who} consultó quién cambió qué en la ficha de un paciente`],
  'patient.merged': ['Pacientes unidos', ({ who }) => `${who} consideró duplicada una ficha y la unió a otra`],
  'patient.exported': ['Paciente exportado', ({ who }) => `${who} exportó todo sobre un paciente`],
  'patient.erased': ['Paciente borrado', ({ who, word }) => `${who} borró a un paciente: ${word('ground', grounds)}`],
  'patient.glass-broken': ['Acceso de emergencia abierto', ({ who }) => `${who} abrió un acceso de emergencia a un paciente que no es suyo`],
  'patient.glass-ended': [
    'Acceso de emergencia terminado',
    ({ who, word }) =>
      word('reason') === 'by-hand' ? `${who} terminó su acceso de emergencia a un paciente` : 'Un acceso de emergencia a un paciente terminó solo',
  ],
  'patient.glass-listed': ['Accesos de emergencia consultados', ({ who }) => `${who} consultó quién abrió accesos de emergencia`],
  'patient.glass-reviewed': ['Acceso de emergencia revisado', ({ who, word }) => `${who} consideró ${word('outcome', outcomes)} un acceso de emergencia a un paciente`],
  'patient.glass-refused': ['Acceso de emergencia denegado', ({ who, word }) => `${who} quiso abrir un acceso de emergencia y ${word('reason', glassFaults)}`],
  'patient.teams-read': ['Equipos del paciente consultados', ({ who, word }) => `${who} consultó qué equipos ven a un paciente${word('access', access)}`],
  'patient.log-read': ['Registro de accesos consultado', ({ who }) => `${who} consultó quién vio a un paciente`],
  'team.created': ['Equipo creado', ({ who }) => `${who} creó un equipo de atención`],
  'team.changed': ['Equipo cambiado', ({ who }) => `${who} cambió un equipo de atención`],
  'team.member-added': ['Miembro añadido a un equipo', ({ who, user }) => `${who} añadió a ${user('userId')} a un equipo de atención`],
  'team.member-removed': ['Miembro quitado de un equipo', ({ who, user }) => `${who} quitó a ${user('userId')} de un equipo de atención`],
  'team.patient-added': ['Paciente asignado a un equipo', ({ who }) => `${who} asignó un paciente a un equipo de atención`],
  'team.patient-removed': ['Paciente retirado de un equipo', ({ who }) => `${who} retiró un paciente de un equipo de atención`],
}
