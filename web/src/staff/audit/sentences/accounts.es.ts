import type { accounts as english } from './accounts.en.ts'
import type { Tellings, ValueWords } from './told.ts'

const ways: ValueWords = {
  password: 'con contraseña',
  link: 'con un enlace de un solo uso',
  'identity-provider': 'con el servicio de acceso de la organización',
  setup: 'con el enlace de configuración',
}
const factors: ValueWords = {
  passkey: 'una llave de acceso',
  authenticator: 'una aplicación de autenticación',
  'recovery-code': 'un código de recuperación',
  password: 'la contraseña',
}
const wrong: ValueWords = {
  password: 'la contraseña no era correcta',
  passkey: 'no se aceptó la llave de acceso',
  authenticator: 'el código no era correcto',
  'recovery-code': 'el código de recuperación no era correcto',
  suspended: 'la cuenta está suspendida',
  throttled: 'hubo demasiados intentos',
  'address-not-allowed': 'no se permite entrar desde esa red',
}
const endings: ValueWords = {
  user: 'a mano',
  address: 'porque cambió su dirección',
  'address-not-allowed': 'porque venía de una red no permitida',
}
const passwordFaults: ValueWords = {
  weak: 'era demasiado fácil de adivinar',
  reused: 'ya se había usado',
  wrong: 'la actual no era correcta',
}
const signUpKinds: ValueWords = {
  request: 'Alguien solicitó una cuenta para sí',
  proposal: 'Se propuso a alguien para una cuenta',
  'identity-provider': 'El servicio de acceso envió a alguien que aún no tiene cuenta',
}

export const accounts: Tellings<keyof typeof english> = {
  'user.listed': ['Cuentas consultadas', ({ who }) => `${who} consultó quién forma parte del personal`],
  'user.created': ['Cuenta creada', ({ who, whom, roles }) => `${who} creó una cuenta para ${whom}: ${roles('roles')}`],
  'user.roles-changed': [
    'Roles cambiados',
    ({ who, whom, roles }) => `${who} cambió los roles de ${whom}: antes ${roles('rolesBefore')}, ahora ${roles('roles')}`,
  ],
  'user.suspended': ['Cuenta suspendida', ({ who, whom }) => `${who} suspendió la cuenta de ${whom}`],
  'user.resumed': ['Cuenta reactivada', ({ who, whom }) => `${who} permitió de nuevo el acceso de ${whom}`],
  'user.link-created': ['Enlace de acceso creado', ({ who, whom }) => `${who} creó un enlace de acceso para ${whom}`],
  'user.password-forgotten': [
    'Contraseña olvidada',
    ({ whom }) => `Se pidió un enlace para una contraseña nueva y se envió por correo a ${whom}`,
  ],
  'user.protection-reset': ['Segundos factores retirados', ({ who, whom }) => `${who} retiró todos los segundos factores de la cuenta de ${whom}`],
  'user.access-reset': ['Acceso restablecido', ({ whom }) => `Quien administra el servidor dio a ${whom} una nueva forma de entrar`],
  'session.begun': ['Inicio de sesión comenzado', ({ who, word }) => `${who} empezó a iniciar sesión ${word('by', ways)}`],
  'session.signed-in': [
    'Sesión iniciada',
    ({ who, word, has }) => `${who} inició sesión ${word('by', ways)}${has('factor') ? ` y ${word('factor', factors)}` : ''}`,
  ],
  'session.sign-in-failed': [
    'Inicio de sesión fallido',
    ({ them, word }) => `No se permitió a alguien entrar en la cuenta de ${them}: ${word('reason', wrong)}`,
  ],
  'session.signed-out': ['Sesión cerrada', ({ who }) => `${who} cerró la sesión`],
  'session.ended': ['Sesión terminada', ({ them, word }) => `Se terminó una sesión de ${them} ${word('reason', endings)}`],
  'session.confirmed': ['Identidad confirmada', ({ who, word }) => `${who} confirmó su identidad con ${word('by', factors)}`],
  'session.confirmation-failed': ['Confirmación fallida', ({ who, word }) => `${who} no pudo confirmar su identidad con ${word('by', factors)}`],
  'sign-in.listed': [
    'Inicios de sesión consultados',
    ({ who, whom, hasTarget }) =>
      hasTarget ? `${who} consultó los inicios de sesión de ${whom}` : `${who} consultó los inicios de sesión de todos`,
  ],
  'password.changed': ['Contraseña cambiada', ({ who }) => `${who} estableció una contraseña nueva`],
  'password.refused': ['Contraseña rechazada', ({ them, word }) => `Se rechazó una contraseña nueva de ${them}: ${word('reason', passwordFaults)}`],
  'passkey.added': ['Llave de acceso añadida', ({ who }) => `${who} añadió una llave de acceso`],
  'passkey.renamed': ['Llave de acceso renombrada', ({ who }) => `${who} dio otro nombre a una llave de acceso`],
  'passkey.removed': ['Llave de acceso quitada', ({ who }) => `${who} quitó una llave de acceso`],
  'passkey.suspect': ['Llave de acceso sospechosa', ({ them }) => `Una llave de acceso de ${them} contó hacia atrás: puede haber una copia`],
  'authenticator.added': ['Aplicación de autenticación añadida', ({ who }) => `${who} configuró una aplicación de autenticación`],
  'authenticator.removed': ['Aplicación de autenticación quitada', ({ who }) => `${who} quitó la aplicación de autenticación`],
  'recovery-codes.made': ['Códigos de recuperación creados', ({ who }) => `${who} creó nuevos códigos de recuperación`],
  'identity.linked': ['Identidad vinculada', ({ whom }) => `La cuenta de ${whom} se vinculó con el servicio de acceso`],
  'identity.refused': ['Identidad rechazada', ({ word }) => `El servicio de acceso envió a alguien a quien no se dejó entrar (${word('reason')})`],
  'sign-up.listed': ['Solicitudes de cuenta consultadas', ({ who }) => `${who} consultó quién solicita una cuenta`],
  'sign-up.received': ['Cuenta solicitada', ({ word }) => word('kind', signUpKinds) || 'Alguien solicitó una cuenta'],
  'sign-up.confirmed': ['Dirección confirmada', () => 'Quien solicitó una cuenta confirmó que la dirección es suya'],
  'sign-up.approved': ['Cuenta aprobada', ({ who, whom, roles }) => `${who} dio a ${whom} la cuenta solicitada: ${roles('roles')}`],
  'sign-up.refused': ['Cuenta denegada', ({ who }) => `${who} denegó una cuenta solicitada`],
}
