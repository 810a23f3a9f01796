import { useWords } from '../../i18n/translation.tsx'

const en = {
  title: 'Sign-ins',
  of: (organization: string) => `Who signed in at ${organization}, or tried to`,
  explained: 'The latest first: when, with what, from where, and what was refused. That you read this is kept in the audit log.',
  loading: 'The sign-ins are loading…',
  person: 'Person',
  everybody: 'Everybody',
  none: 'Nothing is on record.',
  newDevice: 'New device',
  more: 'Show earlier ones',
}

const es: typeof en = {
  title: 'Inicios de sesión',
  of: (organization) => `Quién inició sesión en ${organization}, o lo intentó`,
  explained: 'Primero los más recientes: cuándo, con qué, desde dónde y qué se rechazó. Que usted lo consulta queda en el registro de auditoría.',
  loading: 'Se están cargando los inicios de sesión…',
  person: 'Persona',
  everybody: 'Todos',
  none: 'No hay nada registrado.',
  newDevice: 'Dispositivo nuevo',
  more: 'Mostrar anteriores',
}

const words = { en, es }

export const useSignInLogWords = () => useWords(words)
