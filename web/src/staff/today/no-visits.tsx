import { role, type SignedIn } from '@curtain/protocol'
import { Icon } from '../shell/icons.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { useRoleWords } from '../session/role-words.ts'
import { useTodayWords } from './words.ts'

/** What whoever sees no visits finds at the console's first page: what their roles are for. */
export function NoVisits({ who }: { who: SignedIn }) {
  const words = useTodayWords()
  const roleWords = useRoleWords()
  return (
    <div className="settings">
      <div>
        <PageHeading name={words.consoleTitle}>{words.consoleTitle}</PageHeading>
        <p className="quiet">{words.signedInTo(who.organization.name)}</p>
      </div>
      <section className="settings-section" aria-labelledby="own-roles">
        <h2 id="own-roles">{words.ownRoles}</h2>
        <dl className="facts">
          {role.options
            .filter((one) => who.user.roles.includes(one))
            .map((one) => (
              <div key={one}>
                <dt>{roleWords[one].name}</dt>
                <dd>{roleWords[one].explained}</dd>
              </div>
            ))}
        </dl>
        <p className="quiet">
          <Icon name="lock" size={16} /> {words.noVisits}
        </p>
      </section>
    </div>
  )
}
