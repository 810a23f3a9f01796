import { plural } from '../../../i18n/format.ts'
import { actions } from './denied.es.ts'
import type { log as english } from './log.en.ts'
import type { Told, Tellings, ValueWords } from './told.ts'

const formats: ValueWords = { log: 'como registro entero', ndjson: 'como líneas JSON', csv: 'como tabla (CSV)', fhir: 'como AuditEvents de FHIR' }
const asked: ValueWords = {
  patientId: 'un paciente',
  userId: 'una persona',
  visitId: 'una visita',
  target: 'a qué se hizo',
  types: 'el tipo de evento',
  outcome: 'el resultado',
  since: 'la fecha',
  until: 'la fecha',
  recordNumber: 'número de expediente',
  name: 'nombre',
  birthDate: 'fecha de nacimiento',
}
const verdicts: ValueWords = { sound: 'lo encontró íntegro', broken: 'lo encontró ROTO' }
const channels: ValueWords = { mail: 'por correo', webhook: 'por webhook' }
const outcomes: ValueWords = { justified: 'justificado', 'not-justified': 'no justificado' }
const events = ({ count, number }: Told) => plural('es', count(), { one: `${number()} evento`, other: `${number()} eventos` })

export const log: Tellings<keyof typeof english> = {
  'access.denied': ['Acceso denegado', ({ who, word }) => `${who} intentó ${word('action', actions)}, y no le está permitido`],
  'audit.searched': [
    'Búsqueda en el registro',
    (event) => `${event.who} buscó en el registro${event.has('by') ? ` (${event.list('by', asked)})` : ''} y vio ${events(event)}`,
  ],
  'audit.followed': ['Registro seguido', ({ who }) => `${who} siguió el registro mientras se escribía`],
  'audit.exported': ['Registro exportado', (event) => `${event.who} exportó ${events(event)} ${event.word('format', formats)}`],
  'audit.patient-found': [
    'Paciente localizado',
    ({ who, list, number }) => `${who} buscó por ${list('by', asked)} a un paciente sobre el que preguntar al registro, y encontró ${number()}`,
  ],
  'audit.search-saved': ['Búsqueda guardada', ({ who }) => `${who} guardó una búsqueda en el registro`],
  'audit.search-removed': ['Búsqueda quitada', ({ who }) => `${who} quitó una búsqueda guardada`],
  'audit.state-read': ['Estado del registro consultado', ({ who }) => `${who} consultó cómo se conserva el registro`],
  'log.pruned': ['Registro depurado', (event) => `Se quitaron del registro ${events(event)} cuyo plazo había terminado; quedan sus resúmenes`],
  'log.key-replaced': ['Clave de firma reemplazada', () => 'Se reemplazó la clave que firma el registro'],
  'log.checked': ['Registro comprobado', ({ word }) => `El servidor comprobó el registro y ${word('outcome', verdicts)}`],
  'log.retention-changed': ['Plazo de conservación cambiado', ({ who, number }) => `${who} decidió que los eventos se conservan ${number('years')} años`],
  'log.hold-set': ['Retención legal puesta', ({ who }) => `${who} puso una retención legal sobre el registro o una parte`],
  'log.hold-ended': ['Retención legal terminada', ({ who }) => `${who} terminó una retención legal`],
  'review.listed': ['Revisiones consultadas', ({ who }) => `${who} consultó lo que hay que revisar`],
  'review.signed-off': ['Revisión firmada', ({ who, word }) => `${who} revisó algo y lo consideró ${word('outcome', outcomes)}`],
  'review.rules-changed': ['Reglas de revisión cambiadas', ({ who }) => `${who} cambió lo que se presenta a revisión`],
  'alert.listed': ['Avisos consultados', ({ who }) => `${who} consultó las reglas de los avisos`],
  'alert.rule-created': ['Regla de aviso creada', ({ who }) => `${who} creó una regla de aviso`],
  'alert.rule-changed': ['Regla de aviso cambiada', ({ who }) => `${who} cambió una regla de aviso`],
  'alert.rule-removed': ['Regla de aviso quitada', ({ who }) => `${who} quitó una regla de aviso`],
  'alert.tested': ['Aviso de prueba', ({ who }) => `${who} envió una prueba de una regla de avisos`],
  'alert.sent-again': ['Aviso enviado de nuevo', ({ who }) => `${who} hizo enviar de nuevo un aviso que no llegó`],
  'alert.sent': ['Aviso entregado', ({ word }) => `Se entregó un aviso ${word('by', channels)}`],
  'alert.failed': ['Aviso no entregado', ({ word }) => `No se pudo entregar un aviso ${word('by', channels)} y se desistió`],
}
