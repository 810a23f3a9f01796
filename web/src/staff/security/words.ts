import { useWords } from '../../i18n/translation.tsx'

const en = {
  title: 'Protection of accounts',
  explained: 'How staff sign in, how long they stay signed in, and from where they may come. Patients and guests come by their links and are not affected.',
  loading: 'How accounts are protected is loading…',

  secondFactor: 'A second way to show who they are',
  secondFactors: {
    required: { name: 'Everybody needs one', explained: 'A passkey or an authenticator app beside the password. Whoever has none yet sets one up at their next sign-in.' },
    optional: { name: 'Left to each person', explained: 'Whoever has set one up is still asked for it.' },
  },
  relaxing: 'Then a password alone opens accounts and everything in them. That you relaxed this is kept in the audit log.',

  idle: 'Sign out after',
  idleHint: 'When nobody has used the page for so long. Being in a visit counts as use. After 12 hours everybody signs in anew.',
  minutes: (minutes: number) => `${minutes} minutes without use`,
  age: 'Passwords last',
  ageHint: 'A password that is long and yours alone need not change. Set this only if a rule asks you to.',
  forEver: 'as long as their owner likes',
  days: (days: number) => `${days} days`,
  bind: 'Sign out whoever’s address changes',
  bindHint: 'A stolen session is of no use elsewhere then. People whose network changes, such as on a phone on its way, sign in again each time.',
  isOn: 'On',
  isOff: 'Off',

  networks: 'Networks that staff may come from',
  networksHint: 'Addresses or ranges, one a line, such as 198.51.100.0/24. Leave it empty to let staff come from everywhere.',
  ownAddress: (address: string) => `You are at ${address} now.`,
  addOwn: 'Add my address',
  roles: 'For some roles only',
  rolesHint: 'For whoever has the role, on top of the above. Somebody with several such roles may come from where any of them may.',
  networksWrong: 'Something here is not an address or a range, such as 198.51.100.7 or 198.51.100.0/24.',
  everywhere: 'Everywhere',
  everybody: 'Everybody',
  warning: 'Staff who are somewhere else are signed out at once, and leave visits that they are in.',
  emergency: 'If a network changes and nobody gets in any more, whoever runs the server can open it again.',

  save: 'Save',
  discard: 'Discard the changes',
  saved: 'Saved. It holds for everybody from now on.',
  onlyOwner: 'An owner of your organization can change this.',
}

const es: typeof en = {
  title: 'Protección de las cuentas',
  explained: 'Cómo inicia sesión el personal, cuánto dura la sesión y desde dónde puede conectarse. A los pacientes e invitados, que vienen por su enlace, no les afecta.',
  loading: 'Se está cargando la protección de las cuentas…',

  secondFactor: 'Una segunda forma de demostrar quién es',
  secondFactors: {
    required: { name: 'Todos la necesitan', explained: 'Una llave de acceso o una aplicación de autenticación además de la contraseña. Quien aún no la tenga la configura al iniciar sesión.' },
    optional: { name: 'Cada persona decide', explained: 'A quien ya la configuró se le sigue pidiendo.' },
  },
  relaxing: 'Entonces basta una contraseña para abrir las cuentas y todo lo que contienen. Que usted lo permitió queda en el registro de auditoría.',

  idle: 'Cerrar la sesión tras',
  idleHint: 'Cuando nadie ha usado la página durante ese tiempo. Estar en una visita cuenta como uso. Tras 12 horas todos inician sesión de nuevo.',
  minutes: (minutes) => `${minutes} minutos sin uso`,
  age: 'Las contraseñas duran',
  ageHint: 'Una contraseña larga y que solo usted usa no necesita cambiar. Limítelo solo si una norma se lo pide.',
  forEver: 'cuanto quiera su dueño',
  days: (days) => `${days} días`,
  bind: 'Cerrar la sesión si cambia la dirección',
  bindHint: 'Así una sesión robada no sirve en otro lugar. Quien cambia de red, por ejemplo con un teléfono en movimiento, inicia sesión cada vez.',
  isOn: 'Activado',
  isOff: 'Desactivado',

  networks: 'Redes desde las que puede conectarse el personal',
  networksHint: 'Direcciones o rangos, uno por línea, como 198.51.100.0/24. Déjelo vacío para permitir todas.',
  ownAddress: (address) => `Usted está ahora en ${address}.`,
  addOwn: 'Añadir mi dirección',
  roles: 'Solo para algunos roles',
  rolesHint: 'Para quien tenga el rol, además de lo anterior. Quien tenga varios de esos roles puede venir de donde pueda cualquiera de ellos.',
  networksWrong: 'Algo aquí no es una dirección ni un rango, como 198.51.100.7 o 198.51.100.0/24.',
  everywhere: 'Todas',
  everybody: 'Todos',
  warning: 'A quien esté en otro lugar se le cierra la sesión de inmediato y sale de las visitas en las que esté.',
  emergency: 'Si una red cambia y ya nadie puede entrar, quien administra el servidor puede abrirla de nuevo.',

  save: 'Guardar',
  discard: 'Descartar los cambios',
  saved: 'Guardado. Vale para todos desde ahora.',
  onlyOwner: 'Un propietario de su organización puede cambiarlo.',
}

const words = { en, es }

export const useSecurityWords = () => useWords(words)
