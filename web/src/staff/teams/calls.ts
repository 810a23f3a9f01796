import { team, teamList, teamsOfPatient, type PatientId, type TeamId, type UserId } from '@curtain/protocol'
import type { Asking } from '../api/ask.ts'

export const teamCalls = ({ ask, post }: Asking) => ({
  teams: (signal: AbortSignal) => ask('/v1/teams', teamList, { signal }),
  createTeam: (name: string) => post('/v1/teams', team, { name }),
  renameTeam: (id: TeamId, name: string) => ask(`/v1/teams/${id}`, team, { method: 'PATCH', body: { name } }),
  addTeamMember: (id: TeamId, member: UserId) => ask(`/v1/teams/${id}/members/${member}`, team, { method: 'PUT' }),
  removeTeamMember: (id: TeamId, member: UserId) => ask(`/v1/teams/${id}/members/${member}`, team, { method: 'DELETE' }),
  teamsOfPatient: (id: PatientId, signal: AbortSignal) => ask(`/v1/patients/${id}/teams`, teamsOfPatient, { signal }),
  handToTeam: (id: PatientId, to: TeamId) => ask(`/v1/patients/${id}/teams/${to}`, teamsOfPatient, { method: 'PUT' }),
  takeFromTeam: (id: PatientId, from: TeamId) => ask(`/v1/patients/${id}/teams/${from}`, teamsOfPatient, { method: 'DELETE' }),
})
