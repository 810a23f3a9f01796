import { lazy, Suspense, useEffect, useState } from 'react'
import type { SignInStep } from '@curtain/protocol'
import { useSharedWords } from '../../i18n/translation.tsx'
import { asFailure, type RequestFailed } from '../api/request-failed.ts'
import { ProviderRefusal, ProviderSignIn, ProviderSignOut } from '../identity-providers/provider-sign-in.tsx'
import { navigate, useAddress } from '../router/location.ts'
import { ownPath } from '../router/own-path.ts'
import { EntryLayout } from '../shell/entry-layout.tsx'
import { FailureNotice, Notice } from '../shell/notice.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { ForgottenPassword } from './forgotten-password.tsx'
import { OtherWay, OtherWays } from './other-ways.tsx'
import { PasswordForm } from './password-form.tsx'
import { SecondFactor } from './second-factor.tsx'
import { useSession } from './session.tsx'
import { useSignInStep } from './use-sign-in-step.ts'
import { useSessionWords } from './words.ts'

const SetUpSteps = lazy(async () => ({ default: (await import('../account/set-up-steps.tsx')).SetUpSteps }))

/** `/sign-in`: one step after the other, then on to where the person was going. */
export function SignInPage() {
  const { api, entered } = useSession()
  const { step, goOn } = useSignInStep()
  const next = ownPath(useAddress().searchParams.get('next'))
  const [failure, setFailure] = useState<RequestFailed | null>(null)
  const isIn = step?.next === 'none'

  useEffect(() => {
    if (!isIn) return
    entered()
    navigate(next, { replace: true })
  }, [isIn, entered, next])

  const back = async () => {
    setFailure(null)
    try {
      await api.signOut()
      goOn(null)
    } catch (error) {
      setFailure(asFailure(error))
    }
  }
  return (
    <EntryLayout>
      {failure !== null && <FailureNotice failure={failure} />}
      <Step step={step} onStep={goOn} onBack={() => void back()} />
    </EntryLayout>
  )
}

interface StepProps {
  step: SignInStep | null | undefined
  onStep: (step: SignInStep) => void
  onBack: () => void
}

function Step({ step, onStep, onBack }: StepProps) {
  const shared = useSharedWords()
  const loading = <output className="quiet">{shared.loading}</output>
  if (step === undefined) return loading
  if (step === null) return <FirstStep onStep={onStep} />
  if (step.next === 'second-factor') return <SecondFactor factors={step.factors} onStep={onStep} onBack={onBack} />
  if (step.next === 'set-up')
    return (
      <Suspense fallback={loading}>
        <SetUpSteps step={step} onStep={onStep} onBack={onBack} />
      </Suspense>
    )
  return loading
}

/** Who it is, as they say. */
function FirstStep({ onStep }: Pick<StepProps, 'onStep'>) {
  const words = useSessionWords()
  const { state } = useSession()
  const [email, setEmail] = useState('')
  const [forgot, setForgot] = useState(false)
  const why = state.status === 'signed-out' ? state.why : null
  if (forgot) return <ForgottenPassword email={email} onEmail={setEmail} onBack={() => setForgot(false)} />
  return (
    <>
      <PageHeading name={words.signInTitle}>{words.signInTitle}</PageHeading>
      {why !== null && why !== 'self' && <Notice tone="info">{words.endings[why]}</Notice>}
      <ProviderRefusal />
      <ProviderSignOut />
      <PasswordForm email={email} onEmail={setEmail} onStep={onStep} />
      <ProviderSignIn email={email} />
      <OtherWays>
        <OtherWay onClick={() => setForgot(true)}>{words.forgot}</OtherWay>
      </OtherWays>
    </>
  )
}
