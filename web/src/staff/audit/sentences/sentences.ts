import type { AuditEventType, AuditEventView } from '@curtain/protocol'
import { useTranslation, useWords } from '../../../i18n/translation.tsx'
import { useRoleWords } from '../../session/role-words.ts'
import { accounts as accountsEn } from './accounts.en.ts'
import { accounts as accountsEs } from './accounts.es.ts'
import { log as logEn } from './log.en.ts'
import { log as logEs } from './log.es.ts'
import { organization as organizationEn } from './organization.en.ts'
import { organization as organizationEs } from './organization.es.ts'
import { patientRecords as patientsEn } from './patients.en.ts'
import { patientRecords as patientsEs } from './patients.es.ts'
import { toldOf, type Names, type Tellings, type Unnamed } from './told.ts'
import { visitRecords as visitsEn } from './visits.en.ts'
import { visitRecords as visitsEs } from './visits.es.ts'

interface Sentences {
  tellings: Tellings
  unnamed: Unnamed
}

const en: Sentences = {
  tellings: { ...accountsEn, ...organizationEn, ...patientsEn, ...visitsEn, ...logEn },
  unnamed: {
    colleague: 'somebody on the staff',
    roles: { patient: 'the patient', guest: 'a guest', host: 'a host' },
    somebody: 'somebody',
    nobody: 'somebody',
  },
}

const es: Sentences = {
  tellings: { ...accountsEs, ...organizationEs, ...patientsEs, ...visitsEs, ...logEs },
  unnamed: {
    colleague: 'alguien del personal',
    roles: { patient: 'el paciente', guest: 'un invitado', host: 'un anfitrión' },
    somebody: 'alguien',
    nobody: 'alguien',
  },
}

/** How the log is told, in each language. */
export const sentences = { en, es }

/** Tells events in plain words, and says what their types are called. */
export function useSentences(): {
  sentence: (event: AuditEventView, names: Names) => string
  title: (type: AuditEventType) => string
} {
  const { tellings, unnamed } = useWords(sentences)
  const { format } = useTranslation()
  const roleWords = useRoleWords()
  const roleNames = Object.fromEntries(Object.entries(roleWords).map(([role, { name }]) => [role, name]))
  return {
    sentence: (event, names) => tellings[event.type][1](toldOf(event, names, { unnamed, roleNames, format })),
    title: (type) => tellings[type][0],
  }
}
