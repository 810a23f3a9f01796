import { Button, NativeSelect, Skeleton } from '@mantine/core'
import { teamId, type PatientId, type SignedIn, type TeamId } from '@curtain/protocol'
import { useCallback, useState, type FormEvent } from 'react'
import { useFresh } from '../api/use-fresh.ts'
import { useRequest } from '../api/use-request.ts'
import { useSession } from '../session/session.tsx'
import { useAnnouncer } from '../shell/announcer.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { usePatientWords } from './words.ts'

interface PatientTeamsProps {
  who: SignedIn
  patientId: PatientId
  mayChange: boolean
  /** Who sees the patient has changed: perhaps the reader does not any more. */
  onChanged: () => void
}

/** Which teams see the patient; schedulers change that for every team, clinicians for those they are in. */
export function PatientTeams({ who, patientId, mayChange, onChanged }: PatientTeamsProps) {
  const words = usePatientWords()
  const { api } = useSession()
  const say = useAnnouncer()
  const { busy, failure: refusal, run } = useRequest()
  const { value: own, failure, replace } = useFresh(
    useCallback((signal: AbortSignal) => api.teamsOfPatient(patientId, signal), [api, patientId]),
  )
  const { value: every } = useFresh(useCallback(async (signal: AbortSignal) => (await api.teams(signal)).teams, [api]))
  const all = every ?? []
  const within = new Set(
    all
      .filter(({ members }) => who.user.roles.includes('scheduler') || members.some(({ id }) => id === who.user.id))
      .map(({ id }) => id),
  )
  const others = all.filter(({ id }) => within.has(id) && own?.teams.every((team) => team.id !== id))

  const add = (to: TeamId, name: string) =>
    run(async () => {
      replace(await api.handToTeam(patientId, to))
      say(words.teamAdded(name))
      onChanged()
    })
  const remove = (from: TeamId, name: string) =>
    run(async () => {
      replace(await api.takeFromTeam(patientId, from))
      say(words.teamRemoved(name))
      onChanged()
    })

  return (
    <section className="settings-section" aria-labelledby="teams">
      <h2 id="teams">{words.teams}</h2>
      <p className="quiet">{words.teamsHint}</p>
      {failure !== null && failure.code !== 'not-found' && <FailureNotice failure={failure} />}
      {own === null && failure === null && <Skeleton height={18} width="40%" />}
      {own?.teams.length === 0 && <p>{words.noTeams}</p>}
      {own !== null && own.teams.length > 0 && (
        <ul className="patient-rows">
          {own.teams.map(({ id, name }) => (
            <li key={id}>
              {name}
              {mayChange && within.has(id) && (
                <Button size="xs" variant="default" aria-label={words.takeOutOf(name)} disabled={busy} onClick={() => void remove(id, name)}>
                  {words.takeOut}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {refusal !== null && <FailureNotice failure={refusal} />}
      {mayChange && others.length > 0 && <AddTeam key={others.map(({ id }) => id).join()} teams={others} busy={busy} onAdd={add} />}
    </section>
  )
}

interface AddTeamProps {
  teams: readonly { id: TeamId; name: string }[]
  busy: boolean
  onAdd: (to: TeamId, name: string) => Promise<void>
}

function AddTeam({ teams, busy, onAdd }: AddTeamProps) {
  const words = usePatientWords()
  const [chosen, setChosen] = useState<TeamId | null>(null)
  const team = teams.find(({ id }) => id === chosen)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (team !== undefined) void onAdd(team.id, team.name)
  }
  return (
    <form className="patient-add-team" onSubmit={submit}>
      <NativeSelect
        label={words.addTeam}
        value={chosen ?? ''}
        onChange={(event) => setChosen(teamId.safeParse(event.currentTarget.value).data ?? null)}
        data={[{ value: '', label: words.chooseTeam }, ...teams.map(({ id, name }) => ({ value: id, label: name }))]}
      />
      <Button type="submit" variant="default" loading={busy} disabled={team === undefined}>
        {words.add}
      </Button>
    </form>
  )
}
