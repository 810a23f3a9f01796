import type { Role } from '@curtain/protocol'
import { useWords } from '../../i18n/translation.tsx'

/** What each role is called, and what it is for (docs/access.md), in few words. */
const en: Record<Role, { name: string; explained: string }> = {
  owner: {
    name: 'Owner',
    explained: 'Answers for the organization: settings, accounts, every role. Sees no patients by this role.',
  },
  'security-officer': {
    name: 'Security officer',
    explained: 'Watches over access: sees the accounts and the settings. Sees no patients.',
  },
  administrator: { name: 'Administrator', explained: 'Runs the settings and the accounts. Sees no patients.' },
  clinician: { name: 'Clinician', explained: 'Holds visits, and sees their own patients and visits.' },
  scheduler: {
    name: 'Scheduler',
    explained: 'Plans everybody’s visits and registers patients. Does not see why visits take place.',
  },
  'media-operator': { name: 'Media operator', explained: 'Will work on recordings. Sees no visits and no patients.' },
  auditor: { name: 'Auditor', explained: 'Reads what the organization puts on record. Sees no patients.' },
}

const es: typeof en = {
  owner: {
    name: 'Propietario',
    explained: 'Responde por la organización: ajustes, cuentas y todos los roles. Con este rol no ve pacientes.',
  },
  'security-officer': {
    name: 'Responsable de seguridad',
    explained: 'Vigila el acceso: ve las cuentas y los ajustes. No ve pacientes.',
  },
  administrator: { name: 'Administrador', explained: 'Gestiona los ajustes y las cuentas. No ve pacientes.' },
  clinician: { name: 'Profesional clínico', explained: 'Atiende visitas y ve a sus propios pacientes y visitas.' },
  scheduler: {
    name: 'Recepción',
    explained: 'Planifica las visitas de todos y registra pacientes. No ve el motivo de las visitas.',
  },
  'media-operator': {
    name: 'Operador de medios',
    explained: 'Trabajará con las grabaciones. No ve visitas ni pacientes.',
  },
  auditor: { name: 'Auditor', explained: 'Lee lo que la organización deja registrado. No ve pacientes.' },
}

const words = { en, es }

export const useRoleWords = () => useWords(words)
