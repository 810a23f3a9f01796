import { Button } from '@mantine/core'
import type { SignedIn, Team } from '@curtain/protocol'
import { useCallback, useState } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { useFresh } from '../api/use-fresh.ts'
import { mayUse } from '../session/access.ts'
import { useSession } from '../session/session.tsx'
import { useAnnouncer } from '../shell/announcer.tsx'
import { Icon } from '../shell/icons.tsx'
import { LoadingSection } from '../shell/loading-lines.tsx'
import { FailureNotice, Notice } from '../shell/notice.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { useOpener } from '../shell/use-opener.ts'
import { AddMember, NameTeam, RemoveMember } from './team-dialogs.tsx'
import { useTeamWords } from './words.ts'

type Member = Team['members'][number]
type Open = { type: 'make' } | { type: 'rename' | 'add'; team: Team } | { type: 'remove'; team: Team; member: Member }

/** `/teams`: who is in which team. Whom the teams care for is not for those who run them to see. */
export function TeamsPage({ who }: { who: SignedIn }) {
  const words = useTeamWords()
  const { api } = useSession()
  const say = useAnnouncer()
  const opener = useOpener()
  const { value: teams, failure, read } = useFresh(useCallback(async (signal: AbortSignal) => (await api.teams(signal)).teams, [api]))
  const [open, setOpen] = useState<Open | null>(null)
  const mayManage = mayUse('manageTeams', who)
  const show = (wanted: Open) => {
    opener.remember()
    setOpen(wanted)
  }
  const close = () => {
    opener.giveBack({ leaving: open?.type === 'remove' })
    setOpen(null)
  }
  const done = (said: string) => {
    close()
    say(said)
    read()
  }

  return (
    <div className="settings">
      <div className="page-head">
        <div>
          <PageHeading name={words.title}>{words.title}</PageHeading>
          <p className="quiet">{words.hint}</p>
        </div>
        {mayManage && (
          <Button leftSection={<Icon name="plus" />} onClick={() => show({ type: 'make' })}>
            {words.make}
          </Button>
        )}
      </div>
      {failure !== null && <FailureNotice failure={failure} onRetry={read} />}
      {teams === null && failure === null && <LoadingSection label={words.loading} widths={[34, 62, 48]} height={24} />}
      {teams?.length === 0 && (
        <section className="settings-section" aria-labelledby="no-teams">
          <h2 id="no-teams">{words.none}</h2>
          <p className="quiet">{words.noneHint}</p>
        </section>
      )}
      {teams?.map((team) => (
        <TeamSection key={team.id} team={team} mayManage={mayManage} onOpen={show} />
      ))}
      {!mayManage && teams !== null && <Notice tone="info">{words.onlyRead}</Notice>}
      {open?.type === 'make' && <NameTeam team={null} onDone={done} onClose={close} />}
      {open?.type === 'rename' && <NameTeam team={open.team} onDone={done} onClose={close} />}
      {open?.type === 'add' && <AddMember who={who} team={open.team} onDone={done} onClose={close} />}
      {open?.type === 'remove' && <RemoveMember team={open.team} member={open.member} onDone={done} onClose={close} />}
    </div>
  )
}

interface TeamSectionProps {
  team: Team
  mayManage: boolean
  onOpen: (dialog: Open) => void
}

function TeamSection({ team, mayManage, onOpen }: TeamSectionProps) {
  const words = useTeamWords()
  const { format } = useTranslation()
  const { length } = team.members
  return (
    <section className="settings-section" aria-labelledby={team.id}>
      <div className="page-head">
        <div>
          <h2 id={team.id}>{team.name}</h2>
          <p className="quiet">{length === 0 ? words.noMembers : words.members(length, format.number(length))}</p>
        </div>
        {mayManage && (
          <div className="people-actions">
            <Button size="xs" variant="default" aria-label={words.renameOf(team.name)} onClick={() => onOpen({ type: 'rename', team })}>
              {words.rename}
            </Button>
            <Button size="xs" variant="default" aria-label={words.addTo(team.name)} onClick={() => onOpen({ type: 'add', team })}>
              {words.add}
            </Button>
          </div>
        )}
      </div>
      {length > 0 && (
        <ul className="patient-rows">
          {team.members.map((member) => (
            <li key={member.id}>
              <span>
                {member.name} {!member.isClinician && <span className="quiet">({words.notClinician})</span>}
              </span>
              {mayManage && (
                <Button
                  size="xs"
                  variant="default"
                  aria-label={words.removeOf(member.name, team.name)}
                  onClick={() => onOpen({ type: 'remove', team, member })}
                >
                  {words.remove}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
