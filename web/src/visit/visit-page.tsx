import type { VisitClient, VisitErrorCode } from '@curtain/client'
import type { AdmissionTicket, LinkQuestion, ParticipantRole } from '@curtain/protocol'
import { useCallback, useEffect, useState } from 'react'
import { Devices } from './devices/devices.ts'
import type { Entrance, Shown } from './entrance.ts'
import { NoticesProvider } from './parts/notices.tsx'
import { PageFrame } from './parts/page-frame.tsx'
import { CheckScreen } from './screens/check-screen.tsx'
import { GoodbyeScreen, isGoodbyeReason, type GoodbyeReason } from './screens/goodbye-screen.tsx'
import { ProblemScreen } from './screens/problem-screen.tsx'
import { problemFor, problemOf, type ProblemKind } from './screens/problem.ts'
import { WelcomeScreen } from './screens/welcome-screen.tsx'
import { SecondCheckScreen } from './second-check/second-check-screen.tsx'
import { VisitSession } from './visit-session.tsx'
import { useVisitWords } from './words/words.ts'

/** One try at taking part: made when a person comes, over when they leave. */
export interface Attempt {
  ticket: AdmissionTicket
  client: VisitClient
  devices: Devices
}

type Place =
  | { at: 'opening' }
  | { at: 'problem'; kind: ProblemKind }
  | { at: 'second-check'; asked: LinkQuestion }
  | { at: 'welcome' | 'check' | 'visit'; attempt: Attempt }
  | { at: 'goodbye'; reason: GoodbyeReason; role: ParticipantRole }

interface VisitPage {
  entrance: Entrance
  createClient: (ticket: AdmissionTicket) => VisitClient
}

/** From the link to the goodbye: one screen at a time. */
export function VisitPage({ entrance, createClient }: VisitPage) {
  const words = useVisitWords()
  const [place, setPlace] = useState<Place>(
    entrance.problem === null ? { at: 'opening' } : { at: 'problem', kind: entrance.problem },
  )
  const [clinic, setClinic] = useState<string | null>(null)

  const enter = useCallback(
    (opened: AdmissionTicket | LinkQuestion, first: 'welcome' | 'check') => {
      if ('check' in opened) {
        setClinic(opened.organizationName)
        setPlace({ at: 'second-check', asked: opened })
        return
      }
      setClinic(opened.visit.organizationName)
      const client = createClient(opened)
      const { role, admission } = opened.participant
      const knowsTheWay = role === 'host' || admission === 'admitted'
      setPlace({ at: knowsTheWay ? 'check' : first, attempt: { ticket: opened, client, devices: new Devices(client) } })
    },
    [createClient],
  )
  const fail = useCallback(
    (error: unknown) => {
      const code = problemOf(error)
      if (code === 'not-signed-in' && entrance.signInAddress !== null) location.replace(entrance.signInAddress)
      else if (isGoodbyeReason(code)) setPlace({ at: 'goodbye', reason: code, role: 'patient' })
      else setPlace({ at: 'problem', kind: problemFor(code) })
    },
    [entrance],
  )
  const open = useCallback(
    async (first: 'welcome' | 'check') => {
      try {
        enter(await entrance.open(), first)
      } catch (error) {
        fail(error)
      }
    },
    [entrance, enter, fail],
  )
  useEffect(() => {
    // What is set, is set once the server has answered.
    // oxlint-disable-next-line react/set-state-in-effect
    if (entrance.problem === null) void open('welcome')
  }, [entrance, open])

  const retry = useCallback(() => void open('welcome'), [open])

  function onEnd({ ticket, devices }: Attempt, reason: GoodbyeReason | VisitErrorCode) {
    devices.close()
    if (isGoodbyeReason(reason)) setPlace({ at: 'goodbye', reason, role: ticket.participant.role })
    else setPlace({ at: 'problem', kind: problemFor(reason) })
  }

  if (place.at === 'opening') {
    return (
      <PageFrame clinic={clinic} title={words.opening.title}>
        <output className="quiet">{words.opening.next}</output>
      </PageFrame>
    )
  }
  if (place.at === 'problem') {
    return <ProblemScreen kind={place.kind} clinic={clinic} link={entrance.link} onRetry={retry} />
  }
  if (place.at === 'second-check') {
    const show = async (shown: Shown) => enter(await entrance.open(shown), 'welcome')
    return <SecondCheckScreen asked={place.asked} onShow={show} onFail={fail} />
  }
  if (place.at === 'goodbye') {
    const comeBack = () => {
      setPlace({ at: 'opening' })
      void open('check')
    }
    return <GoodbyeScreen reason={place.reason} role={place.role} clinic={clinic} onComeBack={comeBack} />
  }
  const { attempt } = place
  if (place.at === 'welcome') {
    return <WelcomeScreen ticket={attempt.ticket} onStart={() => setPlace({ at: 'check', attempt })} />
  }
  if (place.at === 'check') {
    return <CheckScreen {...attempt} onContinue={() => setPlace({ at: 'visit', attempt })} />
  }
  return (
    <NoticesProvider>
      <VisitSession {...attempt} onEnd={(reason) => onEnd(attempt, reason)} />
    </NoticesProvider>
  )
}
