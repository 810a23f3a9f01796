import type { organization as english } from './organization.en.ts'
import type { Tellings, ValueWords } from './told.ts'

const fields: ValueWords = {
  secondFactor: 'el segundo factor',
  idleMinutes: 'el tiempo sin uso tras el que terminan las sesiones',
  passwordMaxAgeDays: 'cuánto duran las contraseñas',
  bindSessions: 'si las sesiones se quedan en una dirección',
  addresses: 'las redes permitidas',
  roleAddresses: 'las redes permitidas a algunos roles',
}
const keyFaults: ValueWords = {
  secret: 'su secreto no era correcto',
  ended: 'se había terminado',
  expired: 'había caducado',
  address: 'venía de una dirección que no es la suya',
}

export const organization: Tellings<keyof typeof english> = {
  'organization.created': ['Organización creada', ({ who }) => `${who} creó la organización`],
  'organization.settings-changed': ['Ajustes cambiados', ({ who }) => `${who} cambió los ajustes de las visitas`],
  'organization.security-changed': ['Seguridad cambiada', ({ who, list }) => `${who} cambió cómo se protegen las cuentas: ${list('fields', fields)}`],
  'organization.sign-ups-changed': [
    'Solicitudes de cuenta permitidas o no',
    ({ who, word }) => `${who} decidió que ${word('open', { true: 'se pueden', false: 'no se pueden' })} solicitar cuentas`,
  ],
  'organization.access-opened': ['Redes abiertas', () => 'Quien administra el servidor abrió las redes desde las que puede entrar el personal'],
  'keys.adopted': ['Claves adoptadas', () => 'Lo que una versión anterior había sellado de otro modo pasó a una clave de la organización'],
  'keys.rotated': ['Clave reemplazada', () => 'Se reemplazó la clave de la organización'],
  'keys.rewrapped': ['Claves selladas de nuevo', () => 'Las claves de los pacientes se sellaron de nuevo con la clave de la organización'],
  'identity-provider.listed': ['Servicios de acceso consultados', ({ who }) => `${who} consultó qué servicios de acceso hay`],
  'identity-provider.created': ['Servicio de acceso añadido', ({ who }) => `${who} añadió un servicio de acceso`],
  'identity-provider.changed': ['Servicio de acceso cambiado', ({ who }) => `${who} cambió un servicio de acceso`],
  'identity-provider.removed': ['Servicio de acceso quitado', ({ who }) => `${who} quitó un servicio de acceso`],
  'api-key.listed': ['Claves de API consultadas', ({ who }) => `${who} consultó qué claves de API hay`],
  'api-key.created': ['Clave de API creada', ({ who, whom, list }) => `${who} creó la clave de API ${whom}, para ${list('scopes')}`],
  'api-key.ended': ['Clave de API terminada', ({ who, whom }) => `${who} terminó la clave de API ${whom}`],
  'api-key.refused': ['Clave de API rechazada', ({ them, word }) => `No se aceptó la clave de API ${them}: ${word('reason', keyFaults)}`],
}
