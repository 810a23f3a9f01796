import { plural } from '../../i18n/format.ts'
import { useWords } from '../../i18n/translation.tsx'

const en = {
  open: 'Open in an emergency',
  title: 'Open a patient who is not yours',
  explained: [
    'For emergencies: you see this one patient and their visits for 30 minutes, and can change nothing.',
    'Your security officer is told at once, reads your reason, and says whether it was justified.',
    'Everything you look at meanwhile is kept in the audit log.',
  ],
  whom: 'Whom do you look for?',
  byRecordNumber: 'By record number',
  byName: 'By whole name and birth date',
  recordNumber: 'Record number',
  name: 'Whole name',
  birthDate: 'Birth date',
  exactly: 'It must lead to one patient and no other. There are ten tries an hour.',
  whomWrong: 'Write the record number, or the whole name and the birth date.',
  reason: 'Why do you need to see this patient?',
  reasonHint: 'Your security officer reads it. At least 10 characters.',
  reasonWrong: 'Write at least 10 and up to 500 characters.',
  breakNow: 'Open and tell the security officer',
  notFound: 'This leads to no patient, or to more than one. Check it with the patient or the front desk.',
  already: 'You see this patient anyway: nothing was recorded as an emergency.',

  bannerTitle: 'Opened in an emergency',
  banner: (left: string) => `You see this patient, who is not yours, for ${left} more. You can change nothing. Your security officer has been told.`,
  ended: 'Your emergency access to this patient has ended.',
  endNow: 'End now',
  openNow: (until: string) => `You opened a patient in an emergency, until ${until}.`,
  goOn: 'Show the patient',

  waiting: (count: number, text: string) =>
    plural('en', count, { one: `${text} emergency waits for review`, other: `${text} emergencies wait for review` }),
  when: 'When',
  span: (day: string, from: string, until: string) => `${day}, ${from} to ${until}`,
  looked: 'Looked at',
  requests: (count: number, text: string) =>
    plural('en', count, { one: `${text} request about the patient`, other: `${text} requests about the patient` }),
  why: 'Reason given',
  stillOpen: (until: string) => `Open until ${until}; it can be reviewed then.`,
  reviewOf: (name: string) => `Review what ${name} opened`,
  question: 'Was it justified?',
  outcomes: { justified: 'Justified', 'not-justified': 'Not justified' },
  outcomeMissing: 'Choose one.',
  comment: 'Comment (optional)',
  commentHint: 'Other security officers read it.',
  commentWrong: 'Up to 500 characters.',
  save: 'Save the review',
  notJustifiedHint: 'Talk to them and to your owner: it may be a breach that the law wants reported (45 CFR 164.402).',
}

const es: typeof en = {
  open: 'Abrir en una emergencia',
  title: 'Abrir a un paciente que no es suyo',
  explained: [
    'Para emergencias: ve a este único paciente y sus visitas durante 30 minutos y no puede cambiar nada.',
    'Se avisa de inmediato a su responsable de seguridad, que lee su motivo y dice si estaba justificado.',
    'Todo lo que mire entretanto queda en el registro de auditoría.',
  ],
  whom: '¿A quién busca?',
  byRecordNumber: 'Por número de expediente',
  byName: 'Por nombre completo y fecha de nacimiento',
  recordNumber: 'Número de expediente',
  name: 'Nombre completo',
  birthDate: 'Fecha de nacimiento',
  exactly: 'Debe llevar a un paciente y a ningún otro. Hay diez intentos por hora.',
  whomWrong: 'Escriba el número de expediente, o el nombre completo y la fecha de nacimiento.',
  reason: '¿Por qué necesita ver a este paciente?',
  reasonHint: 'Lo lee su responsable de seguridad. Al menos 10 caracteres.',
  reasonWrong: 'Escriba al menos 10 y hasta 500 caracteres.',
  breakNow: 'Abrir y avisar al responsable',
  notFound: 'No lleva a ningún paciente, o lleva a más de uno. Compruébelo con el paciente o con recepción.',
  already: 'Ya puede ver a este paciente: no se anotó como emergencia.',

  bannerTitle: 'Abierto en una emergencia',
  banner: (left) =>
    `Ve a este paciente, que no es suyo, durante ${left} más. No puede cambiar nada. Se avisó a su responsable de seguridad.`,
  ended: 'Su acceso de emergencia a este paciente ha terminado.',
  endNow: 'Terminar ahora',
  openNow: (until) => `Hasta las ${until} tiene abierto a un paciente por una emergencia.`,
  goOn: 'Mostrar al paciente',

  waiting: (count, text) => plural('es', count, { one: `${text} emergencia por revisar`, other: `${text} emergencias por revisar` }),
  when: 'Cuándo',
  span: (day, from, until) => `${day}, de ${from} a ${until}`,
  looked: 'Qué miró',
  requests: (count, text) =>
    plural('es', count, { one: `${text} consulta sobre el paciente`, other: `${text} consultas sobre el paciente` }),
  why: 'Motivo dado',
  stillOpen: (until) => `Abierto hasta las ${until}; entonces se podrá revisar.`,
  reviewOf: (name) => `Revisar lo que abrió ${name}`,
  question: '¿Estaba justificado?',
  outcomes: { justified: 'Justificado', 'not-justified': 'No justificado' },
  outcomeMissing: 'Elija una opción.',
  comment: 'Comentario (opcional)',
  commentHint: 'Lo leen otros responsables de seguridad.',
  commentWrong: 'Hasta 500 caracteres.',
  save: 'Guardar la revisión',
  notJustifiedHint:
    'Hable con esa persona y con el propietario: puede ser una violación que la ley obliga a notificar (45 CFR 164.402).',
}

const words = { en, es }

export const useBreakGlassWords = () => useWords(words)
