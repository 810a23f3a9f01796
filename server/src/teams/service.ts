import type { PatientId, Team, TeamId, TeamsOfPatient, UserId } from '@curtain/protocol'
import { demand, demandReach, inReach } from '../audit/denials.ts'
import { record } from '../audit/record.ts'
import type { Database, Transaction } from '../database/database.ts'
import { newId } from '../database/new-id.ts'
import { AppError } from '../errors.ts'
import { accessTo } from '../patients/reach.ts'
import type { StaffActor } from '../users/schema.ts'
import { findUser } from '../users/store.ts'
import { mayAddMember, mayAssignPatient, mayAssignPatients, mayListTeams, mayManageTeams } from './policy.ts'
import {
  addMember,
  addPatientToTeam,
  allTeams,
  findTeam,
  insertTeam,
  isMember,
  removeMember,
  removePatientFromTeam,
  renameTeam,
  teamMembers,
  teamsOf,
} from './store.ts'

export type Teams = ReturnType<typeof createTeams>

/** Care teams: staff who see the same patients. */
export function createTeams({ database, now = () => new Date() }: { database: Database; now?: () => Date }) {
  /** The team as it stands. @throws AppError `not-found` */
  async function describe(tx: Transaction, teamId: TeamId): Promise<Team> {
    const team = await findTeam(tx, teamId)
    if (team === undefined) throw new AppError('not-found')
    const members = await teamMembers(tx).where('team_id', '=', teamId).execute()
    return { ...team, members: members.map(describeMember) }
  }

  return {
    /** Every team with its members, by name. @throws AppError `forbidden` */
    async list(actor: StaffActor): Promise<Team[]> {
      await demand(database, actor, mayListTeams(actor), 'team.list')
      return database.inOrganization(actor.organizationId, async (tx) => {
        const members = Map.groupBy(await teamMembers(tx).execute(), ({ team_id }) => team_id)
        return (await allTeams(tx)).map((team) => ({ ...team, members: (members.get(team.id) ?? []).map(describeMember) }))
      })
    },

    /** @throws AppError `forbidden`, `team-name-taken` */
    async create(actor: StaffActor, name: string): Promise<Team> {
      await demand(database, actor, mayManageTeams(actor), 'team.create')
      const { organizationId, userId, sessionId } = actor
      return database.inOrganization(organizationId, async (tx) => {
        const at = now()
        const id = newId('team', at)
        await insertTeam(tx, { id, organizationId, name, now: at }).catch(asNameTaken)
        await record(tx, { type: 'team.created', organizationId, userId, sessionId, target: id }, at)
        return { id, name, members: [] }
      })
    },

    /** @throws AppError `forbidden`, `not-found`, `team-name-taken` */
    async rename(actor: StaffActor, teamId: TeamId, name: string): Promise<Team> {
      await demand(database, actor, mayManageTeams(actor), 'team.change', teamId)
      const { organizationId, userId, sessionId } = actor
      return database.inOrganization(organizationId, async (tx) => {
        const team = await describe(tx, teamId)
        if (team.name === name) return team
        await renameTeam(tx, teamId, name).catch(asNameTaken)
        const facts = { fields: ['name'] }
        await record(tx, { type: 'team.changed', organizationId, userId, sessionId, target: teamId, facts }, now())
        return { ...team, name }
      })
    },

    /** From now on they see the team's patients, if they are a clinician. @throws AppError `forbidden`, `not-found` */
    async addMember(actor: StaffActor, teamId: TeamId, member: UserId): Promise<Team> {
      await demand(database, actor, mayAddMember(actor, member), 'team.add-member', teamId)
      const { organizationId, userId, sessionId } = actor
      return database.inOrganization(organizationId, async (tx) => {
        await describe(tx, teamId)
        if ((await findUser(tx, member)) === undefined) throw new AppError('not-found')
        if (await addMember(tx, { organizationId, teamId, userId: member })) {
          const facts = { userId: member }
          await record(tx, { type: 'team.member-added', organizationId, userId, sessionId, target: teamId, facts }, now())
        }
        return describe(tx, teamId)
      })
    },

    /** From now on they do not see the team's patients by it any more. @throws AppError `forbidden`, `not-found` */
    async removeMember(actor: StaffActor, teamId: TeamId, member: UserId): Promise<Team> {
      await demand(database, actor, mayManageTeams(actor), 'team.remove-member', teamId)
      const { organizationId, userId, sessionId } = actor
      return database.inOrganization(organizationId, async (tx) => {
        await describe(tx, teamId)
        if ((await findUser(tx, member)) === undefined) throw new AppError('not-found')
        if (await removeMember(tx, teamId, member)) {
          const facts = { userId: member }
          await record(tx, { type: 'team.member-removed', organizationId, userId, sessionId, target: teamId, facts }, now())
        }
        return describe(tx, teamId)
      })
    },

    /** Which teams care for a patient. @throws AppError `forbidden`, `not-found` */
    async ofPatient(actor: StaffActor, patientId: PatientId): Promise<TeamsOfPatient> {
      await demand(database, actor, mayAssignPatients(actor), 'patient.read-teams', patientId)
      const { organizationId, userId, sessionId } = actor
      return inReach(database, actor, async (tx) => {
        const found = await accessTo(tx, actor, patientId, now())
        demandReach(found !== null, 'patient.read-teams', patientId)
        const teams = await teamsOf(tx, patientId)
        const facts = { access: found.access, count: teams.length }
        await record(tx, { type: 'patient.teams-read', organizationId, userId, sessionId, target: patientId, facts }, now())
        return { patientId, teams }
      })
    },

    /** The team's clinicians see the patient from now on. @throws AppError `forbidden`, `not-found` */
    assign: (actor: StaffActor, patientId: PatientId, teamId: TeamId) => setCare(actor, patientId, teamId, true),
    /** They do not by that any more. @throws AppError `forbidden`, `not-found` */
    unassign: (actor: StaffActor, patientId: PatientId, teamId: TeamId) => setCare(actor, patientId, teamId, false),
  }

  async function setCare(actor: StaffActor, patientId: PatientId, teamId: TeamId, cares: boolean): Promise<TeamsOfPatient> {
    const action = cares ? 'team.add-patient' : 'team.remove-patient'
    await demand(database, actor, mayAssignPatients(actor), action, patientId)
    const { organizationId, userId, sessionId } = actor
    return inReach(database, actor, async (tx) => {
      const at = now()
      const found = await accessTo(tx, actor, patientId, at)
      demandReach(found !== null, action, patientId)
      if ((await findTeam(tx, teamId)) === undefined) throw new AppError('not-found')
      const may = mayAssignPatient(actor, found.access, await isMember(tx, teamId, userId))
      demandReach(may, action, patientId, 'forbidden')
      const changed = cares
        ? await addPatientToTeam(tx, { organizationId, teamId, patientId })
        : await removePatientFromTeam(tx, teamId, patientId)
      if (changed) {
        const type = cares ? 'team.patient-added' : 'team.patient-removed'
        await record(tx, { type, organizationId, userId, sessionId, target: teamId, facts: { patientId } }, at)
      }
      return { patientId, teams: await teamsOf(tx, patientId) }
    })
  }
}

function describeMember({ id, name, roles }: Awaited<ReturnType<ReturnType<typeof teamMembers>['execute']>>[number]): Team['members'][number] {
  return { id, name, isClinician: roles.includes('clinician') }
}

/** PostgreSQL's unique_violation (appendix A). */
function asNameTaken(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  throw code === '23505' ? new AppError('team-name-taken', { cause: error }) : error
}
