import { z } from 'zod'
import { patientId, teamId, userId } from '../ids.ts'
import { line } from '../text.ts'

/** Staff who care for the same patients, and so see them. */
export const team = z.object({
  id: teamId,
  name: z.string(),
  members: z.array(
    z.object({
      id: userId,
      name: z.string(),
      /** Clinicians alone see a team's patients by being in it. */
      isClinician: z.boolean(),
    }),
  ),
})
export type Team = z.infer<typeof team>

/** By name. */
export const teamList = z.object({ teams: z.array(team) })
export const teamInput = z.object({ name: line(80) })

/** The teams that care for a patient, by name. */
export const teamsOfPatient = z.object({ patientId, teams: z.array(z.object({ id: teamId, name: z.string() })) })
export type TeamsOfPatient = z.infer<typeof teamsOfPatient>
