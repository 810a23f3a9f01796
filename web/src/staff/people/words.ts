import { useWords } from '../../i18n/translation.tsx'

const en = {
  title: 'People',
  of: (organization: string) => `Who has an account at ${organization}, and what they may do`,
  loading: 'The accounts are loading…',
  accounts: 'Accounts',
  nobodyElse: 'Nobody else has an account yet. Add the people you work with, with the roles they need.',
  onlyRead: 'An owner or administrator of your organization can change this.',
  you: 'You',
  suspended: 'Suspended',
  byLink: 'Signs in by one-time links',

  add: 'Add a person',
  name: 'Name',
  nameHint: 'Patients see it in visits.',
  nameWrong: 'Write a name of up to 100 characters.',
  email: 'E-mail address',
  emailWrong: 'Write an e-mail address, such as kim@clinic.example.',
  roles: 'Roles',
  rolesWrong: 'Choose at least one role.',
  make: 'Make the account',
  madeTitle: 'The account is made',
  made: (name: string) => `Send ${name} this link. It signs them in, so give it to nobody else.`,
  linkWorks: (when: string) => `It works once, until ${when}.`,
  done: 'Done',

  newLink: 'New sign-in link',
  newLinkFor: (name: string) => `New sign-in link for ${name}`,
  newLinkExplained: 'It signs in as this person, once. An earlier one that was not used stops working.',
  makeLink: 'Make and copy the link',

  changeRoles: 'Change roles',
  changeRolesOf: (name: string) => `Change roles of ${name}`,
  ownRoles: 'You can give up roles, and not give yourself more.',
  save: 'Save',
  saved: (name: string) => `The roles of ${name} are changed.`,

  suspend: 'Suspend',
  suspendOf: (name: string) => `Suspend ${name}`,
  suspendTitle: (name: string) => `Suspend ${name}?`,
  suspendExplained: [
    'They are signed out everywhere at once, and leave any visit they are in.',
    'They cannot sign in until the account is resumed. Their visits stay as they are planned.',
    'That you did it is kept in the audit log.',
  ],
  keep: 'Keep the account',
  nowSuspended: (name: string) => `${name} is suspended.`,
  resume: 'Resume',
  resumeOf: (name: string) => `Resume ${name}`,
  nowResumed: (name: string) => `${name} can sign in again.`,
}

const es: typeof en = {
  title: 'Personal',
  of: (organization) => `Quién tiene una cuenta en ${organization} y qué puede hacer`,
  loading: 'Se están cargando las cuentas…',
  accounts: 'Cuentas',
  nobodyElse: 'Nadie más tiene cuenta todavía. Añada a las personas con quienes trabaja, con los roles que necesiten.',
  onlyRead: 'Un propietario o administrador de su organización puede cambiarlo.',
  you: 'Usted',
  suspended: 'Suspendida',
  byLink: 'Entra con enlaces de un solo uso',

  add: 'Añadir a una persona',
  name: 'Nombre',
  nameHint: 'Los pacientes lo ven en las visitas.',
  nameWrong: 'Escriba un nombre de hasta 100 caracteres.',
  email: 'Correo electrónico',
  emailWrong: 'Escriba un correo electrónico, como kim@clinica.example.',
  roles: 'Roles',
  rolesWrong: 'Elija al menos un rol.',
  make: 'Crear la cuenta',
  madeTitle: 'La cuenta está creada',
  made: (name) => `Envíe este enlace a ${name}. Inicia su sesión, así que no se lo dé a nadie más.`,
  linkWorks: (when) => `Funciona una vez, hasta el ${when}.`,
  done: 'Listo',

  newLink: 'Nuevo enlace de acceso',
  newLinkFor: (name) => `Nuevo enlace de acceso para ${name}`,
  newLinkExplained: 'Inicia sesión como esta persona, una vez. Uno anterior que no se usó deja de funcionar.',
  makeLink: 'Crear y copiar el enlace',

  changeRoles: 'Cambiar roles',
  changeRolesOf: (name) => `Cambiar roles de ${name}`,
  ownRoles: 'Puede renunciar a roles, pero no darse más.',
  save: 'Guardar',
  saved: (name) => `Los roles de ${name} se han cambiado.`,

  suspend: 'Suspender',
  suspendOf: (name) => `Suspender a ${name}`,
  suspendTitle: (name) => `¿Suspender a ${name}?`,
  suspendExplained: [
    'Se cierran todas sus sesiones al instante y sale de cualquier visita en la que esté.',
    'No podrá iniciar sesión hasta que se reactive la cuenta. Sus visitas siguen como están planificadas.',
    'Que usted lo hizo queda en el registro de auditoría.',
  ],
  keep: 'Mantener la cuenta',
  nowSuspended: (name) => `La cuenta de ${name} está suspendida.`,
  resume: 'Reactivar',
  resumeOf: (name) => `Reactivar a ${name}`,
  nowResumed: (name) => `${name} puede iniciar sesión de nuevo.`,
}

const words = { en, es }

export const usePeopleWords = () => useWords(words)
