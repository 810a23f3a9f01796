import { plural } from '../../../i18n/format.ts'
import type { Told, Tellings, ValueWords } from './told.ts'
import type { visitRecords as english } from './visits.en.ts'

const kinds: ValueWords = { consultation: 'una visita', group: 'una visita en grupo', 'case-conference': 'una sesión clínica' }
const fields: ValueWords = {
  startsAt: 'cuándo empieza',
  durationMinutes: 'cuánto dura',
  clinicianId: 'quién la atiende',
  reason: 'el motivo',
  kind: 'el tipo',
  encryption: 'el cifrado',
}
const checks: ValueWords = {
  none: '',
  'birth-date': ' que pide la fecha de nacimiento',
  'mailed-code': ' que pide un código enviado por correo',
}
const answers: ValueWords = { 'birth-date': 'fecha de nacimiento', 'mailed-code': 'código enviado por correo' }
const roles: ValueWords = { host: 'como anfitrión', patient: 'como paciente', guest: 'como invitado' }
const departures: ValueWords = { left: 'salió', lost: 'perdió la conexión', replaced: 'siguió en otro navegador' }
const denials: ValueWords = { forbidden: 'no le está permitido', 'not-admitted': 'aún no se le había dejado entrar' }
const tokenFaults: ValueWords = { 'not-valid': 'no es válido', used: 'ya se había usado', revoked: 'se había retirado', expired: 'había caducado' }
const codes: ValueWords = {
  'link-invalid': 'no es válido',
  'link-used': 'se usó en otro navegador',
  'link-expired': 'había caducado',
  'link-locked': 'está bloqueado tras respuestas equivocadas',
  'visit-ended': 'la visita ha terminado',
  'visit-cancelled': 'la visita se canceló',
  'visit-full': 'la visita está llena',
  'visit-locked': 'la sala está cerrada',
  refused: 'se le había negado la entrada',
  removed: 'se le había retirado',
}
const visits = ({ count, number }: Told) => plural('es', count(), { one: `${number()} visita`, other: `${number()} visitas` })

export const visitRecords: Tellings<keyof typeof english> = {
  'visit.created': ['Visita planificada', ({ who, word }) => `${who} planificó ${word('kind', kinds)}`],
  'visit.listed': ['Visitas listadas', (event) => `${event.who} vio ${visits(event)}${event.hasTarget ? ' de un paciente' : ' de un período'}`],
  'visit.read': ['Visita abierta', ({ who }) => `${who} abrió el registro de una visita`],
  'visit.changed': ['Visita cambiada', ({ who, list }) => `${who} cambió una visita: ${list('fields', fields)}`],
  'visit.opened': ['Sala abierta', ({ who }) => `${who} llegó antes que nadie a la visita`],
  'visit.started': ['Visita empezada', () => 'La visita empezó: había dos personas en ella'],
  'visit.emptied': ['Sala vacía', () => 'No quedó nadie en la visita'],
  'visit.ended': ['Visita terminada', ({ who }) => `${who} terminó la visita para todos`],
  'visit.cancelled': ['Visita cancelada', ({ who }) => `${who} canceló la visita`],
  'visit.no-show': ['El paciente no vino', ({ who }) => `${who} anotó que el paciente no vino`],
  'visit.locked': ['Sala cerrada', ({ who }) => `${who} cerró la sala`],
  'visit.unlocked': ['Sala reabierta', ({ who }) => `${who} volvió a abrir la sala`],
  'participant.screen-shared': ['Pantalla compartida', ({ who }) => `${who} empezó a compartir su pantalla`],
  'participant.screen-stopped': ['Pantalla ya no compartida', ({ who }) => `${who} dejó de compartir su pantalla`],
  'link.created': [
    'Enlace creado',
    ({ who, participant, word }) =>
      `${who} creó un enlace para ${participant}${word('check', checks)}${word('sent') === 'true' ? ' y lo envió por correo' : ''}`,
  ],
  'link.exchanged': ['Enlace usado', ({ who }) => `${who} usó su enlace a la visita`],
  'link.refused': ['Enlace rechazado', ({ word }) => `No se aceptó un enlace a la visita: ${word('reason', codes)}`],
  'link.code-sent': ['Código enviado', ({ participant }) => `Se envió un código por correo a ${participant}`],
  'link.check-failed': [
    'Respuesta equivocada a un enlace',
    ({ word, count, number, participant }) =>
      `La respuesta de ${participant} a un enlace no era correcta (${word('check', answers)}); ${plural('es', count('triesLeft'), { one: 'queda 1 intento', other: `quedan ${number('triesLeft')} intentos` })}`,
  ],
  'room-token.created': ['Pase de sala creado', ({ who, participant }) => `${who} creó un pase de sala para ${participant}`],
  'room-token.exchanged': ['Pase de sala usado', ({ participant }) => `Un pase de sala dejó entrar a ${participant}`],
  'room-token.refused': ['Pase de sala rechazado', ({ word }) => `No se aceptó un pase de sala: ${word('reason', tokenFaults)}`],
  'room-token.revoked': ['Pase de sala retirado', ({ who, participant }) => `${who} retiró el pase de sala de ${participant}`],
  'ticket.issued': ['Pase de conexión dado', ({ who, word }) => `${who} recibió un pase para la sala, ${word('role', roles)}`],
  'ticket.refused': ['Pase de conexión denegado', ({ who, word }) => `${who} no recibió ningún pase para la sala: ${word('reason', codes)}`],
  'participant.arrived': ['Llegada', ({ who, word }) => `${who} llegó a la visita ${word('role', roles)}`],
  'participant.departed': ['Salida', ({ who, word }) => `${who} ${word('reason', departures)}`],
  'participant.admitted': ['Entrada permitida', ({ who, participant }) => `${who} dejó entrar a ${participant} desde la sala de espera`],
  'participant.refused': ['Entrada negada', ({ who, participant }) => `${who} negó la entrada a ${participant}`],
  'participant.removed': ['Retirada de la visita', ({ who, participant }) => `${who} retiró de la visita a ${participant}`],
  'participant.sent-back': ['De vuelta a la espera', ({ who, participant }) => `${who} devolvió a ${participant} a la sala de espera`],
  'participant.muted': ['Micrófono apagado', ({ who, participant }) => `${who} apagó el micrófono de ${participant}`],
  'participant.denied': ['Denegado en la sala', ({ who, word }) => `${who} pidió «${word('request')}» en la sala: ${word('reason', denials)}`],
}
