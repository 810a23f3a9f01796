import type { SecondFactor as Factor, SignInStep } from '@curtain/protocol'
import { useState } from 'react'
import { Notice } from '../shell/notice.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { CodeForm } from './code-form.tsx'
import { OtherWay, OtherWays } from './other-ways.tsx'
import { PasskeyButton } from './passkey-button.tsx'
import { canUsePasskeys, showPasskey } from './passkey.ts'
import { useSession } from './session.tsx'
import { useSessionWords } from './words.ts'

interface SecondFactorProps {
  factors: readonly Factor[]
  onStep: (step: SignInStep) => void
  onBack: () => void
}

/** The ways that this browser can go, the easiest first. */
function waysHere(factors: readonly Factor[]): Factor[] {
  const ways: readonly Factor[] = ['passkey', 'authenticator', 'recovery-code']
  return ways.filter((way) => factors.includes(way) && (way !== 'passkey' || canUsePasskeys()))
}

/** The second step of signing in: that it is them, by something they have. */
export function SecondFactor({ factors, onStep, onBack }: SecondFactorProps) {
  const words = useSessionWords()
  const { api } = useSession()
  const [chosen, setChosen] = useState<Factor | null>(null)
  const ways = waysHere(factors)
  const way = chosen ?? ways[0]
  const others = ways.filter((other) => other !== way)

  return (
    <>
      <PageHeading name={words.signInTitle}>{words.secondTitle}</PageHeading>
      {factors.includes('passkey') && !canUsePasskeys() && <Notice tone="info">{words.noPasskeysHere}</Notice>}
      {way === undefined && <Notice tone="warning">{words.noWayHere}</Notice>}
      {way !== undefined && <p className="lead">{words.secondExplained[way]}</p>}
      {way === 'passkey' && (
        <PasskeyButton
          onPress={async () => {
            const { options } = await api.signInPasskeyOptions()
            onStep(await api.signInByPasskey(await showPasskey(options)))
          }}
        >
          {words.usePasskey}
        </PasskeyButton>
      )}
      {way === 'authenticator' && (
        <CodeForm key={way} kind={way} submit={words.goOnIn} onCode={async (code) => onStep(await api.signInByCode(code))} />
      )}
      {way === 'recovery-code' && (
        <CodeForm key={way} kind={way} submit={words.goOnIn} onCode={async (code) => onStep(await api.signInByRecoveryCode(code))} />
      )}
      <OtherWays label={words.anotherWay}>
        {others.map((other) => (
          <OtherWay key={other} onClick={() => setChosen(other)}>
            {words.ways[other]}
          </OtherWay>
        ))}
        <OtherWay onClick={onBack}>{words.asSomebodyElse}</OtherWay>
      </OtherWays>
    </>
  )
}
