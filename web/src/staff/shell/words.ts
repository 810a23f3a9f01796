import { useWords } from '../../i18n/translation.tsx'

const en = {
  skip: 'Skip to the content',
  pages: 'Pages',
  visits: 'Visits',
  patients: 'Patients',
  people: 'People',
  teams: 'Teams',
  log: 'Log',
  signIns: 'Sign-ins',
  apiKeys: 'API keys',
  settings: 'Settings',
  account: (name: string) => `Account of ${name}`,
  ownAccount: 'Account and sign-in',
  signOut: 'Sign out',
  signOutFailed: 'Signing out did not work. Try again, or close the browser.',
  reference: (reference: string) => `Reference for the administrator: ${reference}`,
  dismiss: 'Dismiss',
  notFoundTitle: 'There is no such page',
  notFound: 'The address may have been copied in part.',
  toToday: 'Go to today’s visits',
  own: 'This server belongs to your organization. Nothing is sent to anybody else.',
}

const es: typeof en = {
  skip: 'Ir al contenido',
  pages: 'Páginas',
  visits: 'Visitas',
  patients: 'Pacientes',
  people: 'Personal',
  teams: 'Equipos',
  log: 'Registro',
  signIns: 'Inicios de sesión',
  apiKeys: 'Claves de API',
  settings: 'Ajustes',
  account: (name) => `Cuenta de ${name}`,
  ownAccount: 'Cuenta y acceso',
  signOut: 'Cerrar sesión',
  signOutFailed: 'No se pudo cerrar la sesión. Inténtelo de nuevo o cierre el navegador.',
  reference: (reference) => `Referencia para el administrador: ${reference}`,
  dismiss: 'Descartar',
  notFoundTitle: 'Esa página no existe',
  notFound: 'Puede que la dirección se copiara incompleta.',
  toToday: 'Ir a las visitas de hoy',
  own: 'Este servidor es de su organización. No se envía nada a nadie más.',
}

const words = { en, es }

export const useShellWords = () => useWords(words)
