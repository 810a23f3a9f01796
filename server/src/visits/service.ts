import type {
  AuditEventType,
  Link,
  OrganizationId,
  ParticipantId,
  PatientId,
  Visit,
  VisitId,
  visitChange,
  visitInput,
} from '@curtain/protocol'
import type { z } from 'zod'
import { demand, demandReach, inReach } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { AppError } from '../errors.ts'
import type { Sealer } from '../keys/fields.ts'
import type { Keys, OrganizationSealer } from '../keys/keys.ts'
import type { Mail } from '../mail/mail.ts'
import { holdTransportVisits, usualLinkCheck } from '../organizations/store.ts'
import { mayAddPatients, mayChangeThrough, type Bond } from '../patients/policy.ts'
import { accessTo } from '../patients/reach.ts'
import { patientName } from '../patients/schema.ts'
import { addPatient, refuseIfGone, sealerOfPatient } from '../patients/service.ts'
import { holdPatient } from '../patients/store.ts'
import type { LiveRooms } from '../rooms/ports.ts'
import type { StaffActor } from '../users/schema.ts'
import { isClinician } from '../users/store.ts'
import type { VisitChanges } from './changes.ts'
import { isOver, nextStatus, type VisitEvent } from './lifecycle.ts'
import { linkExpiry, makeLink } from './link-making.ts'
import { endParticipantAccess, moveExpiry, newestLinks } from './link-store.ts'
import {
  mayChangeReason,
  mayEndVisit,
  mayGiveReason,
  mayHostVisits,
  mayKnowReason,
  mayPlanVisits,
  mayReachVisit,
  visitAccess,
  visitReach,
} from './policy.ts'
import { participantDisplayName, visitReason } from './schema.ts'
import {
  findVisit,
  insertParticipant,
  insertVisit,
  lockVisit,
  participantsOf,
  updateVisit,
  visitBond,
  visitBonds,
  visitsBetween,
  visitsOf,
  type VisitWithNames,
} from './store.ts'
import { describeVisit, sealersOfVisits } from './view.ts'

const mostListed = 500

type NewPatientInput = Extract<z.output<typeof visitInput>['patient'], { name: string }>

export interface VisitsOptions {
  database: Database
  keys: Keys
  live: Pick<LiveRooms, 'present' | 'close' | 'endSession'>
  changes: VisitChanges
  mail: Mail
  /** The origin people use, for links. */
  publicUrl: () => string
  now?: () => Date
}

export type Visits = ReturnType<typeof createVisits>

/** Planning: making, listing, changing and calling off visits, from outside the room. */
export function createVisits(options: VisitsOptions) {
  const { database, keys, live, changes, now = () => new Date() } = options

  /** As this member of staff may see them. */
  async function describeAll(
    tx: Transaction,
    fields: OrganizationSealer,
    actor: StaffActor,
    rows: readonly VisitWithNames[],
  ): Promise<Visit[]> {
    const everybody = await participantsOf(tx, rows.map((row) => row.id))
    const participants = Map.groupBy(everybody, (row) => row.visit_id)
    const bonds = await visitBonds(tx, actor.userId, rows.map((row) => row.id), now())
    const links = await newestLinks(tx, rows.map((row) => row.id))
    const sealers = await sealersOfVisits(fields, [...rows, ...everybody])
    return rows.map((row) => {
      const knowsReason = mayKnowReason(actor, bonds.get(row.id) ?? null)
      const people = { participants: participants.get(row.id) ?? [], links, present: live.present(row.id) }
      return describeVisit(sealers, row, people, knowsReason)
    })
  }

  async function describe(
    tx: Transaction,
    fields: OrganizationSealer,
    actor: StaffActor,
    of: VisitId | VisitWithNames,
  ): Promise<Visit> {
    const row = typeof of === 'string' ? await findVisit(tx, of) : of
    if (row === undefined) throw new AppError('not-found')
    const [visit] = await describeAll(tx, fields, actor, [row])
    if (visit === undefined) throw new AppError('not-found')
    return visit
  }

  /**
   * Holds a visit of which a policy says whether this actor may do something to it.
   * @throws AppError `not-found`; `forbidden` where they see it, and may not
   */
  async function hold(
    tx: Transaction,
    actor: StaffActor,
    visitId: VisitId,
    may: (actor: StaffActor, bond: Bond | null) => boolean,
    action: string,
  ) {
    const row = await lockVisit(tx, visitId)
    if (row === undefined) throw new AppError('not-found')
    const bond = await visitBond(tx, actor.userId, visitId, now())
    demandReach(visitAccess(actor, bond) !== null, action, visitId)
    demandReach(may(actor, bond), action, visitId, 'forbidden')
    return { row, bond }
  }

  /** A visit leaves for good the state it is in; sessions and links end with it. */
  async function close(
    actor: StaffActor,
    visitId: VisitId,
    event: Extract<VisitEvent, 'end' | 'cancel' | 'no-show'>,
    type: Extract<AuditEventType, 'visit.ended' | 'visit.cancelled' | 'visit.no-show'>,
  ): Promise<Visit> {
    const { organizationId, userId, sessionId } = actor
    const fields = await keys.sealer(organizationId)
    const may = event === 'end' ? mayEndVisit : mayReachVisit
    const { visit, ended } = await inReach(database, actor, async (tx) => {
      const { row } = await hold(tx, actor, visitId, may, `visit.${event}`)
      const status = nextStatus(row.status, event)
      if (status === null) throw new AppError('visit-state')
      const at = now()
      await updateVisit(tx, visitId, { status, ended_at: at })
      const sessions = await endParticipantAccess(tx, { visitId }, at)
      await record(tx, { type, organizationId, userId, sessionId, target: visitId }, at)
      return { visit: await describe(tx, fields, actor, visitId), ended: sessions }
    })
    live.close(visitId, event === 'cancel' ? 'cancelled' : 'ended')
    for (const session of ended) live.endSession(session)
    changes.publish(organizationId, visitId)
    return { ...visit, participants: visit.participants.map((one) => ({ ...one, present: false })) }
  }

  return {
    /** Those within somebody's reach that start in the half-open span, in order; at most 500. */
    async list(actor: StaffActor, from: Date, to: Date): Promise<Visit[]> {
      await demand(database, actor, mayPlanVisits(actor), 'visit.list')
      const { organizationId, userId, sessionId } = actor
      const fields = await keys.sealer(organizationId)
      return database.inOrganization(organizationId, async (tx) => {
        const owner = visitReach(actor) === 'all' ? null : userId
        const rows = await visitsBetween(tx, from, to, mostListed, owner)
        const visits = await describeAll(tx, fields, actor, rows)
        const facts = { count: visits.length, patientIds: [...new Set(visits.map(({ patient }) => patient.id))] }
        await record(tx, { type: 'visit.listed', organizationId, userId, sessionId, facts }, now())
        return visits
      })
    },

    /**
     * Those of a patient's visits that somebody may see, the newest first; at most 500.
     * @throws AppError `forbidden`, `not-found` for a patient out of reach
     */
    async ofPatient(actor: StaffActor, patientId: PatientId): Promise<Visit[]> {
      await demand(database, actor, mayPlanVisits(actor), 'visit.list', patientId)
      const { organizationId, userId, sessionId } = actor
      const fields = await keys.sealer(organizationId)
      return inReach(database, actor, async (tx) => {
        const at = now()
        const found = await accessTo(tx, actor, patientId, at)
        demandReach(found !== null, 'visit.list', patientId)
        const rows = await visitsOf(tx, patientId, mostListed)
        const bonds = await visitBonds(tx, userId, rows.map(({ id }) => id), at)
        const seen = rows.filter(({ id }) => visitAccess(actor, bonds.get(id) ?? null) !== null)
        const facts = { count: seen.length, access: found.access }
        await record(tx, { type: 'visit.listed', organizationId, userId, sessionId, target: patientId, facts }, at)
        return describeAll(tx, fields, actor, seen)
      })
    },

    /** @throws AppError `not-found` */
    async read(actor: StaffActor, visitId: VisitId): Promise<Visit> {
      await demand(database, actor, mayPlanVisits(actor), 'visit.read', visitId)
      const { organizationId, userId, sessionId } = actor
      const fields = await keys.sealer(organizationId)
      return inReach(database, actor, async (tx) => {
        const row = await findVisit(tx, visitId)
        if (row === undefined) throw new AppError('not-found')
        const at = now()
        const access = visitAccess(actor, await visitBond(tx, userId, visitId, at))
        demandReach(access !== null, 'visit.read', visitId)
        const visit = await describe(tx, fields, actor, row)
        await record(tx, { type: 'visit.read', organizationId, userId, sessionId, target: visitId, facts: { access } }, at)
        return visit
      })
    },

    /**
     * Makes a visit with its patient as a participant, and the patient's link.
     * @throws AppError `forbidden`, also for a reason from somebody who may not know it, and a new patient from a program that may not
     *   add one; `clinician-needed`; `not-found` for
     *   a patient out of reach; `patient-erased`, `patient-merged`; `transport-not-allowed` where the organization does not allow it for this kind now;
     *   `birth-date-missing`, `email-missing`, `mail-not-set-up` where the link could not ask for what it should, or not be sent
     */
    async create(actor: StaffActor, input: z.output<typeof visitInput>): Promise<{ visit: Visit; link: Link }> {
      await demand(database, actor, mayPlanVisits(actor), 'visit.create')
      await demand(database, actor, input.reason === '' || mayGiveReason(actor), 'visit.give-reason')
      const isNew = 'name' in input.patient
      await demand(database, actor, !isNew || mayAddPatients(actor), 'patient.create')
      const { organizationId, userId, sessionId } = actor
      const clinicianId = input.clinicianId ?? (mayHostVisits(actor) ? userId : null)
      if (clinicianId === null) throw new AppError('clinician-needed', { fields: ['clinicianId'] })
      const fields = await keys.sealer(organizationId)
      const created = await inReach(database, actor, async (tx) => {
        const at = now()
        // An id of another organization is nobody's here, and answered as such.
        if (!(await isClinician(tx, clinicianId))) throw new AppError('clinician-needed', { fields: ['clinicianId'] })
        const { kind, encryption } = input
        if (encryption === 'transport' && !(await holdTransportVisits(tx)).includes(kind)) {
          // The refusal is an event of its own, kept by the transaction; so it is returned, and thrown after.
          const facts = { action: 'visit.create-transport' }
          await record(tx, { type: 'access.denied', outcome: 'denied', organizationId, userId, sessionId, facts }, at)
          return new AppError('transport-not-allowed')
        }
        const patient =
          'id' in input.patient
            ? await holdPatient(tx, input.patient.id)
            : await addPatient(tx, fields, actor, withoutGaps(input.patient), at)
        if (patient === undefined) throw new AppError('not-found')
        const access = (await accessTo(tx, actor, patient.id, at))?.access ?? null
        demandReach(access !== null, 'patient.plan', patient.id)
        demandReach(mayChangeThrough(access), 'patient.plan', patient.id, 'forbidden')
        refuseIfGone(patient)
        const sealer = await sealerOfPatient(fields, patient.id)
        const visitId = newId('visit', at)
        const startsAt = new Date(input.startsAt)
        await insertVisit(tx, {
          id: visitId,
          organization_id: organizationId,
          patient_id: patient.id,
          clinician_id: clinicianId,
          kind,
          encryption,
          status: 'scheduled',
          starts_at: startsAt,
          duration_minutes: input.durationMinutes,
          reason: sealer.seal(visitReason, visitId, input.reason),
          created_at: at,
        })
        const facts = { patientId: patient.id, clinicianId, kind, encryption }
        await record(tx, { type: 'visit.created', organizationId, userId, sessionId, target: visitId, facts }, at)
        const name = sealer.open(patientName, patient.id, patient.name)
        const who = { organizationId, visitId, patientId: patient.id, name, at }
        const participantId = await addPatientParticipant(tx, sealer, who)
        const participant = { id: participantId, patient_id: patient.id, email: null }
        const check = input.check ?? (await usualLinkCheck(tx))
        const link = await makeLink(tx, options, fields, actor, { visitId, participant, startsAt, check, send: input.send === true, now: at })
        return { visit: await describe(tx, fields, actor, visitId), link, newPatient: isNew ? patient.id : null }
      })
      if (created instanceof AppError) throw created
      const { visit, link, newPatient } = created
      if (newPatient !== null) await fields.keepPatient(newPatient)
      changes.publish(organizationId, visit.id)
      return { visit, link }
    },

    /** @throws AppError `not-found`, `forbidden` for a reason they may not know, `visit-state` when it is over */
    async change(actor: StaffActor, visitId: VisitId, change: z.output<typeof visitChange>): Promise<Visit> {
      await demand(database, actor, mayPlanVisits(actor), 'visit.change', visitId)
      const { organizationId, userId, sessionId } = actor
      const fields = await keys.sealer(organizationId)
      const visit = await inReach(database, actor, async (tx) => {
        const { row, bond } = await hold(tx, actor, visitId, mayReachVisit, 'visit.change')
        const mayChange = change.reason === undefined || mayChangeReason(actor, bond)
        demandReach(mayChange, 'visit.change-reason', visitId, 'forbidden')
        if (isOver(row.status)) throw new AppError('visit-state')
        const { startsAt, durationMinutes, reason } = change
        const changed = Object.entries(change).flatMap(([name, value]) => (value === undefined ? [] : [name]))
        if (changed.length > 0) {
          await updateVisit(tx, visitId, {
            ...(startsAt === undefined ? {} : { starts_at: new Date(startsAt) }),
            ...(durationMinutes === undefined ? {} : { duration_minutes: durationMinutes }),
            ...(reason === undefined
              ? {}
              : { reason: (await sealerOfPatient(fields, row.patient_id)).seal(visitReason, visitId, reason) }),
          })
          if (startsAt !== undefined) await moveExpiry(tx, visitId, linkExpiry(new Date(startsAt)))
          const facts = { fields: changed }
          await record(tx, { type: 'visit.changed', organizationId, userId, sessionId, target: visitId, facts }, now())
        }
        return describe(tx, fields, actor, visitId)
      })
      changes.publish(organizationId, visitId)
      return visit
    },

    async cancel(actor: StaffActor, visitId: VisitId): Promise<Visit> {
      await demand(database, actor, mayPlanVisits(actor), 'visit.cancel', visitId)
      return close(actor, visitId, 'cancel', 'visit.cancelled')
    },
    async noShow(actor: StaffActor, visitId: VisitId): Promise<Visit> {
      await demand(database, actor, mayPlanVisits(actor), 'visit.no-show', visitId)
      return close(actor, visitId, 'no-show', 'visit.no-show')
    },
    async end(actor: StaffActor, visitId: VisitId): Promise<Visit> {
      await demand(database, actor, mayHostVisits(actor), 'visit.end', visitId)
      return close(actor, visitId, 'end', 'visit.ended')
    },
  }

  async function addPatientParticipant(
    tx: Transaction,
    sealer: Sealer,
    who: { organizationId: OrganizationId; visitId: VisitId; patientId: PatientId; name: string; at: Date },
  ): Promise<ParticipantId> {
    const id = newId('participant', who.at)
    await insertParticipant(tx, {
      id,
      organization_id: who.organizationId,
      visit_id: who.visitId,
      role: 'patient',
      user_id: null,
      patient_id: who.patientId,
      display_name: sealer.seal(participantDisplayName, id, who.name),
      admission: 'waiting',
      created_at: who.at,
    })
    return id
  }
}

/** A new patient, with what was not said of them as not known. */
function withoutGaps({ name, birthDate, email }: NewPatientInput) {
  return { name, birthDate: birthDate ?? null, email: email ?? null }
}
