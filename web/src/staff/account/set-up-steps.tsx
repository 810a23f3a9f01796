import { Button } from '@mantine/core'
import type { Protection, SignInStep } from '@curtain/protocol'
import { useState } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { useRequest } from '../api/use-request.ts'
import { ConfirmationProvider } from '../session/confirm.tsx'
import { OtherWay, OtherWays } from '../session/other-ways.tsx'
import { canUsePasskeys } from '../session/passkey.ts'
import { useSession } from '../session/session.tsx'
import { useSessionWords } from '../session/words.ts'
import { Icon } from '../shell/icons.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import './account.css'
import { AddAuthenticator } from './add-authenticator.tsx'
import { AddPasskey } from './add-passkey.tsx'
import { PasswordForm } from './password-form.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'
import { useAccountWords } from './words.ts'

type SetUp = Extract<SignInStep, { next: 'set-up' }>

interface SetUpStepsProps {
  step: SetUp
  onStep: (step: SignInStep) => void
  onBack: () => void
}

type Shown =
  | { at: 'choice' | 'passkey' | 'app' }
  /** The account is protected: all that is left are codes to keep. Null until they are made. */
  | { at: 'codes'; codes: readonly string[] | null; after: SignInStep }

/** What an account still lacks before it may be used, one thing after the other. */
export function SetUpSteps({ step, onStep, onBack }: SetUpStepsProps) {
  const words = useAccountWords()
  const sessionWords = useSessionWords()
  const { api } = useSession()
  const [shown, setShown] = useState<Shown>({ at: 'choice' })
  const { busy, failure, run } = useRequest()

  const makeCodes = (after: SignInStep) => {
    setShown({ at: 'codes', codes: null, after })
    void run(async () => setShown({ at: 'codes', codes: (await api.makeRecoveryCodes()).codes, after }))
  }
  const protectedNow = ({ protection, step: after }: { protection: Protection; step: SignInStep }) => {
    if (protection.recoveryCodesLeft > 0) onStep(after)
    else makeCodes(after)
  }

  const [missing] = step.missing
  if (shown.at === 'codes')
    return (
      <Codes
        codes={shown.codes}
        failure={failure}
        busy={busy}
        onRetry={() => makeCodes(shown.after)}
        onDone={() => onStep(shown.after)}
      />
    )
  // The link that led here is used up: there is nothing to come back to.
  const leave = <OtherWay onClick={onBack}>{missing === 'forgotten-password' ? sessionWords.backToSignIn : words.leave}</OtherWay>
  if (missing !== undefined && missing !== 'second-factor')
    return (
      <ConfirmationProvider>
        <PageHeading name={words.setUpTitle}>{words.setUpTitle}</PageHeading>
        <p className="lead">{words.setUpPasswords[missing]}</p>
        <PasswordForm
          email={step.user.email}
          asksCurrent={missing === 'new-password'}
          about={[step.user.name, step.user.email, step.organization.name]}
          submit={words.done}
          onDone={({ step: after }) => onStep(after)}
        />
        <OtherWays>{leave}</OtherWays>
      </ConfirmationProvider>
    )
  const choose = <OtherWay onClick={() => setShown({ at: 'choice' })}>{words.back}</OtherWay>
  return (
    <ConfirmationProvider>
      {shown.at === 'choice' && (
        <>
          <PageHeading name={words.setUpTitle}>{words.setUpFactor}</PageHeading>
          <FactorChoice onChoose={(at) => setShown({ at })} />
        </>
      )}
      {shown.at === 'passkey' && (
        <>
          <PageHeading name={words.setUpTitle}>{words.setUpPasskey}</PageHeading>
          <p className="lead">{words.passkeysExplained}</p>
          <AddPasskey onDone={protectedNow} />
        </>
      )}
      {shown.at === 'app' && (
        <>
          <PageHeading name={words.setUpTitle}>{words.setUpApp}</PageHeading>
          <AddAuthenticator onDone={protectedNow} />
        </>
      )}
      <OtherWays>
        {shown.at !== 'choice' && choose}
        {leave}
      </OtherWays>
    </ConfirmationProvider>
  )
}

function FactorChoice({ onChoose }: { onChoose: (at: 'passkey' | 'app') => void }) {
  const words = useAccountWords()
  const sessionWords = useSessionWords()
  const choice = (at: 'passkey' | 'app', icon: 'key' | 'phone', name: string, explained: string) => (
    <button type="button" className="factor-choice" onClick={() => onChoose(at)}>
      <Icon name={icon} size={24} />
      <span>
        <strong>{name}</strong>
        <span className="quiet">{explained}</span>
      </span>
    </button>
  )
  return (
    <div className="fields">
      <p className="lead">{words.setUpFactorExplained}</p>
      {canUsePasskeys() ? (
        choice('passkey', 'key', words.passkeyChoice, words.passkeyChoiceExplained)
      ) : (
        <p className="quiet">{sessionWords.noPasskeysHere}</p>
      )}
      {choice('app', 'phone', words.appChoice, words.appChoiceExplained)}
    </div>
  )
}

interface CodesProps extends Pick<ReturnType<typeof useRequest>, 'failure' | 'busy'> {
  codes: readonly string[] | null
  onRetry: () => void
  onDone: () => void
}

function Codes({ codes, failure, busy, onRetry, onDone }: CodesProps) {
  const words = useAccountWords()
  const shared = useSharedWords()
  return (
    <>
      <PageHeading name={words.setUpTitle}>{words.codesTitle}</PageHeading>
      {codes !== null && <RecoveryCodes codes={codes} onKept={onDone} />}
      {codes === null && failure === null && <output>{shared.loading}</output>}
      {codes === null && failure !== null && (
        <>
          <FailureNotice failure={failure} />
          <p>{words.codesFailed}</p>
          <Button loading={busy} onClick={onRetry}>
            {shared.tryAgain}
          </Button>
          <OtherWays>
            <OtherWay onClick={onDone}>{words.withoutCodes}</OtherWay>
          </OtherWays>
        </>
      )}
    </>
  )
}
