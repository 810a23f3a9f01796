import { Button, Skeleton } from '@mantine/core'
import type { SignedIn, SignUp } from '@curtain/protocol'
import { useCallback, useState } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { useFresh } from '../api/use-fresh.ts'
import { mayUse } from '../session/access.ts'
import { useRoleWords } from '../session/role-words.ts'
import { useSession } from '../session/session.tsx'
import { useAnnouncer } from '../shell/announcer.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { useOpener } from '../shell/use-opener.ts'
import { ApproveSignUp, RefuseSignUp } from './sign-up-dialogs.tsx'
import { TakesSignUps } from './takes-sign-ups.tsx'
import { useSignUpWords } from './words.ts'

interface SignUpsSectionProps {
  who: SignedIn
  /** There is an account more. */
  onMade: () => void
}

type Open = { type: 'approve' | 'refuse'; signUp: SignUp }

/** On the People page: who asks for an account or was proposed for one, and whether people may ask. */
export function SignUpsSection({ who, onMade }: SignUpsSectionProps) {
  const words = useSignUpWords()
  const { api } = useSession()
  const say = useAnnouncer()
  const opener = useOpener()
  const { value, failure, read, replace } = useFresh(useCallback((signal: AbortSignal) => api.signUps(signal), [api]))
  const [open, setOpen] = useState<Open | null>(null)
  const mayManage = mayUse('managePeople', who)
  const show = (type: Open['type'], signUp: SignUp) => {
    opener.remember()
    setOpen({ type, signUp })
  }
  const close = () => {
    opener.giveBack({ leaving: false })
    setOpen(null)
  }
  const decided = () => {
    read()
    onMade()
  }
  return (
    <section className="settings-section" aria-labelledby="sign-ups">
      <h2 id="sign-ups">{words.requests}</h2>
      {failure !== null && <FailureNotice failure={failure} onRetry={read} />}
      {value === null && failure === null && (
        <div>
          <output className="visually-hidden">{words.requestsLoading}</output>
          <Skeleton height={40} width="54%" />
        </div>
      )}
      {value !== null && (
        <>
          {value.signUps.length === 0 && <p className="quiet">{words.nobodyWaits}</p>}
          <ul className="settings-lines settings-lines-wide">
            {value.signUps.map((signUp) => (
              <li key={signUp.id} className="settings-line">
                <SignUpFacts signUp={signUp} />
                {mayManage && (
                  <div className="people-actions">
                    {!signUp.isOwn && (
                      <Button size="xs" aria-label={words.approveOf(signUp.name)} onClick={() => show('approve', signUp)}>
                        {words.approve}
                      </Button>
                    )}
                    <Button size="xs" variant="default" aria-label={words.refuseOf(signUp.name)} onClick={() => show('refuse', signUp)}>
                      {words.refuse}
                    </Button>
                  </div>
                )}
              </li>
            ))}
          </ul>
          {mayManage && (
            <TakesSignUps
              open={value.open}
              joinUrl={value.joinUrl}
              onChanged={(isOpen) => replace({ ...value, open: isOpen })}
            />
          )}
        </>
      )}
      {open?.type === 'approve' && (
        <ApproveSignUp who={who} signUp={open.signUp} onMade={decided} onClose={close} />
      )}
      {open?.type === 'refuse' && (
        <RefuseSignUp
          signUp={open.signUp}
          onClose={close}
          onRefused={() => {
            close()
            say(words.refused(open.signUp.name))
            read()
          }}
        />
      )}
    </section>
  )
}

function SignUpFacts({ signUp }: { signUp: SignUp }) {
  const words = useSignUpWords()
  const roleWords = useRoleWords()
  const { format } = useTranslation()
  const { name, email, note, kind, from, roles, emailConfirmed, isOwn, createdAt } = signUp
  const marks = [words.kinds[kind](from ?? ''), words.since(format.date(new Date(createdAt)))]
  return (
    <div className="settings-line-what">
      <strong>{name}</strong>
      <span className="quiet">{email}</span>
      {roles.length > 0 && <span>{format.list(roles.map((one) => roleWords[one].name))}</span>}
      {note !== '' && <span className="sign-up-note">{note}</span>}
      <span className="quiet">{marks.join(' · ')}</span>
      {kind === 'request' && (
        <span className="quiet">{emailConfirmed ? words.confirmedAddress : words.unconfirmedAddress}</span>
      )}
      {isOwn && <span className="quiet">{words.ownProposal}</span>}
    </div>
  )
}
