import { Button } from '@mantine/core'
import type { SignedIn, UserAccount } from '@curtain/protocol'
import { useTranslation } from '../../i18n/translation.tsx'
import { mayUse, rolesToGive } from '../session/access.ts'
import { useRoleWords } from '../session/role-words.ts'
import { usePeopleWords } from './words.ts'

/** What can be done with an account. */
export type PersonAction = 'roles' | 'suspend' | 'resume' | 'link' | 'new-password' | 'reset'

interface AccountListProps {
  who: SignedIn
  people: readonly UserAccount[]
  onAct: (action: PersonAction, person: UserAccount) => void
}

/** The accounts by name: who, with which roles, and what the reader may do with each. */
export function AccountList({ who, people, onAct }: AccountListProps) {
  const words = usePeopleWords()
  const roleWords = useRoleWords()
  const { format } = useTranslation()
  return (
    <ul className="settings-lines settings-lines-wide">
      {people.map((person) => {
        const marks = [
          ...(person.id === who.user.id ? [words.you] : []),
          ...(person.suspended ? [words.suspended] : []),
          ...(person.hasPassword ? [] : [words.byLink]),
        ]
        return (
          <li key={person.id} className="settings-line">
            <div className="settings-line-what">
              <strong>{person.name}</strong>
              <span className="quiet">{person.email}</span>
              <span>{format.list(person.roles.map((one) => roleWords[one].name))}</span>
              {marks.length > 0 && <span className="quiet">{marks.join(' · ')}</span>}
            </div>
            <Actions who={who} person={person} onAct={(action) => onAct(action, person)} />
          </li>
        )
      })}
    </ul>
  )
}

interface ActionsProps {
  who: SignedIn
  person: UserAccount
  onAct: (action: PersonAction) => void
}

function Actions({ who, person, onAct }: ActionsProps) {
  const words = usePeopleWords()
  const isSelf = person.id === who.user.id
  const within = person.roles.every((one) => rolesToGive(who).includes(one))
  if (!mayUse('managePeople', who) || !within) return null
  const button = (action: PersonAction, label: string, named: string) => (
    <Button key={action} size="xs" variant="default" aria-label={named} onClick={() => onAct(action)}>
      {label}
    </Button>
  )
  return (
    <div className="people-actions">
      {button('roles', words.changeRoles, words.changeRolesOf(person.name))}
      {!isSelf && !person.hasPassword && !person.suspended && button('link', words.newLink, words.newLinkFor(person.name))}
      {!isSelf && person.hasPassword && !person.suspended && button('new-password', words.newPassword, words.newPasswordFor(person.name))}
      {!isSelf && button('reset', words.reset, words.resetOf(person.name))}
      {!isSelf &&
        (person.suspended
          ? button('resume', words.resume, words.resumeOf(person.name))
          : button('suspend', words.suspend, words.suspendOf(person.name)))}
    </div>
  )
}
