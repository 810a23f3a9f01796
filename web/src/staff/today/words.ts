import { plural } from '../../i18n/format.ts'
import { useWords } from '../../i18n/translation.tsx'

const en = {
  today: 'Today',
  visitsOf: 'Visits',
  previousDay: 'Day before',
  nextDay: 'Day after',
  chooseDay: 'Choose a day',
  backToToday: 'Back to today',
  newVisit: 'New visit',
  newVisitKey: 'Press N',

  count: (count: number, text: string) => plural('en', count, { one: `${text} visit`, other: `${text} visits` }),
  waitingCount: (count: number, text: string) =>
    plural('en', count, { one: `${text} person is waiting`, other: `${text} people are waiting` }),
  waitingToday: (count: number, text: string) =>
    plural('en', count, { one: `${text} person is waiting today`, other: `${text} people are waiting today` }),
  nobodyWaits: 'Nobody is waiting',
  picture: (visits: string, from: string, to: string) => `${visits} between ${from} and ${to}`,

  now: 'Now',
  next: 'Next',
  earlier: 'Earlier',
  waits: (names: string, count: number) =>
    plural('en', count, { one: `${names} is waiting`, other: `${names} are waiting` }),
  hereNow: (names: string) => `In the visit: ${names}`,
  overdue: 'Nobody came yet',
  withClinician: (name: string) => `with ${name}`,
  open: 'Open',
  openFor: (patient: string) => `Open the visit with ${patient}`,
  letIn: 'Let in',
  letInFor: (patient: string) => `Let in: open the visit with ${patient}`,
  link: 'Link',
  linkFor: (patient: string) => `Link for ${patient}`,
  more: (patient: string) => `More about the visit with ${patient}`,

  emptyTitle: 'No visits on this day',
  emptyTodayTitle: 'No visits today yet',
  emptyText: 'Make a visit, send the patient its link, and see here when they wait.',
  loading: 'The visits are loading…',
  notLive: 'Live updates do not come through at present. The list is read again every 15 seconds.',
  consoleTitle: 'Console',
  signedInTo: (organization: string) => `You are signed in to ${organization}.`,
  ownRoles: 'Your roles',
  noVisits: 'Visits and patients are for clinicians and schedulers. Ask an owner or administrator if you should see them.',
  stale: (time: string) => `What you see is from ${time}.`,
}

const es: typeof en = {
  today: 'Hoy',
  visitsOf: 'Visitas',
  previousDay: 'Día anterior',
  nextDay: 'Día siguiente',
  chooseDay: 'Elegir un día',
  backToToday: 'Volver a hoy',
  newVisit: 'Nueva visita',
  newVisitKey: 'Pulse N',

  count: (count, text) => plural('es', count, { one: `${text} visita`, other: `${text} visitas` }),
  waitingCount: (count, text) =>
    plural('es', count, { one: `${text} persona espera`, other: `${text} personas esperan` }),
  waitingToday: (count, text) =>
    plural('es', count, { one: `${text} persona espera hoy`, other: `${text} personas esperan hoy` }),
  nobodyWaits: 'Nadie espera',
  picture: (visits, from, to) => `${visits} entre las ${from} y las ${to}`,

  now: 'Ahora',
  next: 'Después',
  earlier: 'Antes',
  waits: (names, count) => plural('es', count, { one: `${names} espera`, other: `${names} esperan` }),
  hereNow: (names) => `En la visita: ${names}`,
  overdue: 'Aún no vino nadie',
  withClinician: (name) => `con ${name}`,
  open: 'Abrir',
  openFor: (patient) => `Abrir la visita con ${patient}`,
  letIn: 'Dejar entrar',
  letInFor: (patient) => `Dejar entrar: abrir la visita con ${patient}`,
  link: 'Enlace',
  linkFor: (patient) => `Enlace para ${patient}`,
  more: (patient) => `Más sobre la visita con ${patient}`,

  emptyTitle: 'No hay visitas este día',
  emptyTodayTitle: 'Hoy aún no hay visitas',
  emptyText: 'Cree una visita, envíe el enlace al paciente y vea aquí cuándo espera.',
  loading: 'Se están cargando las visitas…',
  notLive: 'Los avisos en vivo no llegan por ahora. La lista se lee de nuevo cada 15 segundos.',
  consoleTitle: 'Consola',
  signedInTo: (organization) => `Ha iniciado sesión en ${organization}.`,
  ownRoles: 'Sus roles',
  noVisits:
    'Las visitas y los pacientes son para profesionales clínicos y recepción. Pregunte a un propietario o administrador si debería verlos.',
  stale: (time) => `Lo que ve es de las ${time}.`,
}

const words = { en, es }

export const useTodayWords = () => useWords(words)
