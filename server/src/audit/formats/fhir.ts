import type { AuditEventType } from '@curtain/protocol'
import type { AuditEvent, AuditEventAgent, AuditEventEntity, AuditEventEntityDetail, Coding, Reference } from 'fhir/r4.d.ts'
import type { Known } from '../views.ts'
import type { EventFormat, ExportedEvent } from './exported-event.ts'

const dicom = (code: string, display: string): Coding => ({ system: 'http://dicom.nema.org/resources/ontology/DCM', code, display })
const activity = dicom('110100', 'Application Activity')
const authentication = dicom('110114', 'User Authentication')
const patientRecord = dicom('110110', 'Patient Record')
const procedureRecord = dicom('110111', 'Procedure Record')
const logUsed = dicom('110101', 'Audit Log Used')
const exported = dicom('110106', 'Export')
const securityAlert = dicom('110113', 'Security Alert')

type Group = AuditEventType extends infer Type ? (Type extends `${infer Name}.${string}` ? Name : never) : never

/** What each group of the vocabulary is among the types that FHIR takes from DICOM (PS3.16, CID 400). */
const typeOfGroup: Record<Group, Coding> = {
  organization: activity,
  keys: activity,
  user: activity,
  session: authentication,
  'sign-in': authentication,
  password: authentication,
  passkey: authentication,
  authenticator: authentication,
  'recovery-codes': authentication,
  identity: authentication,
  'identity-provider': activity,
  'sign-up': activity,
  'api-key': activity,
  access: securityAlert,
  patient: patientRecord,
  team: activity,
  visit: procedureRecord,
  link: procedureRecord,
  'room-token': procedureRecord,
  ticket: procedureRecord,
  participant: procedureRecord,
  audit: logUsed,
  log: activity,
  review: logUsed,
  alert: activity,
}
const groups = Object.entries(typeOfGroup)

function typeOf(type: AuditEventType): Coding {
  if (type === 'patient.exported' || type === 'audit.exported') return exported
  const [, coding = activity] = groups.find(([name]) => type.startsWith(`${name}.`)) ?? []
  return coding
}

/** What is done in most events that end so; everything else is an execution. */
const actions: readonly (readonly [RegExp, 'C' | 'R' | 'U' | 'D'])[] = [
  [/\.(created|rule-created|search-saved|hold-set|received)$/, 'C'],
  [/(\.|-)(read|listed|searched|found|followed|exported)$/, 'R'],
  [/(\.|-)(changed|renamed|added|merged|resumed|suspended|signed-off|reviewed)$/, 'U'],
  [/(\.|-)(removed|erased|pruned)$/, 'D'],
]

/** By which system of names each of our ids goes, so that those of two installations are told apart. */
type Identify = (id: string) => Reference

/** An id as FHIR allows it (R4 §2.24.0.1): without the underscore. */
const fhirId = (id: string) => id.replaceAll('_', '-')

/**
 * A FHIR R4 bundle of AuditEvent resources. People and things are named by the ids that they have here, as logical references.
 * @param origin the server's, such as `https://visits.example.org`
 */
export function fhirBundle(origin: string, now: Date): EventFormat {
  const identify: Identify = (id) => ({ identifier: { system: `${origin}/ids/${id.slice(0, id.indexOf('_'))}`, value: id } })
  const head = JSON.stringify({ resourceType: 'Bundle', type: 'collection', timestamp: now.toISOString() })
  let count = 0
  return {
    contentType: 'application/fhir+json',
    extension: 'fhir.json',
    // A bundle without an entry has no list of them: FHIR knows no empty one.
    begin: head.slice(0, -1),
    write(event, known) {
      const resource = auditEventOf(origin, identify, event, known)
      return `${count++ === 0 ? ',"entry":[' : ',\n'}${JSON.stringify({ fullUrl: `${origin}/fhir/AuditEvent/${resource.id}`, resource })}`
    },
    get end() {
      return count === 0 ? '}' : ']}'
    },
  }
}

function auditEventOf(origin: string, identify: Identify, event: ExportedEvent, known: Known): AuditEvent & { id: string } {
  const entity = entityOf(identify, event)
  return {
    resourceType: 'AuditEvent',
    id: fhirId(event.id),
    type: typeOf(event.type),
    subtype: [{ system: `${origin}/audit-event-types`, code: event.type }],
    action: actions.find(([ending]) => ending.test(event.type))?.[1] ?? 'E',
    recorded: event.at,
    outcome: event.outcome === 'success' ? '0' : '4',
    ...(event.reason !== null && event.reason.trim() !== '' && { purposeOfEvent: [{ text: event.reason.trim() }] }),
    agent: [agentOf(identify, event, known)],
    source: {
      observer: { identifier: { system: `${origin}/ids/origin`, value: origin }, display: 'Curtain' },
      type: [{ system: 'http://terminology.hl7.org/CodeSystem/security-source-type', code: '4', display: 'Application Server' }],
    },
    ...(entity !== null && { entity: [entity] }),
  }
}

function agentOf(identify: Identify, { userId, participantId, from }: ExportedEvent, { names, roles }: Known): AuditEventAgent {
  const id = userId ?? participantId
  const display = id === null ? undefined : names[id]?.trim()
  const role = participantId === null ? undefined : roles[participantId]
  return {
    // The system itself asks for nothing.
    requestor: id !== null,
    who: id === null ? { display: 'Curtain, or somebody unknown' } : { ...identify(id), ...(display && { display }) },
    ...(role !== undefined && { role: [{ text: role }] }),
    ...(from !== null && { network: { address: from, type: '2' } }),
  }
}

function entityOf(identify: Identify, { target, facts }: ExportedEvent): AuditEventEntity | null {
  const detail = Object.entries(facts).flatMap(([type, value]): AuditEventEntityDetail[] => {
    const text = Array.isArray(value) ? value.join(' ') : String(value)
    return text.trim() === '' ? [] : [{ type, valueString: text }]
  })
  if (target === null && detail.length === 0) return null
  const isPatient = target?.startsWith('pat_') === true
  return {
    ...(target !== null && { what: identify(target) }),
    type: {
      system: 'http://terminology.hl7.org/CodeSystem/audit-entity-type',
      ...(isPatient ? { code: '1', display: 'Person' } : { code: '2', display: 'System Object' }),
    },
    ...(isPatient && { role: { system: 'http://terminology.hl7.org/CodeSystem/object-role', code: '1', display: 'Patient' } }),
    ...(detail.length > 0 && { detail }),
  }
}
