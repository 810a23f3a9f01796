import { type VisitClient, type VisitErrorCode } from '@curtain/client'
import type { AdmissionTicket } from '@curtain/protocol'
import { useCallback, useEffect, useRef, useState } from 'react'
import { Devices } from './devices/devices.ts'
import type { Entrance } from './entrance.ts'
import { NoticesProvider } from './parts/notices.tsx'
import { PageFrame } from './parts/page-frame.tsx'
import { CheckScreen } from './screens/check-screen.tsx'
import { GoodbyeScreen, isGoodbyeReason, type GoodbyeReason } from './screens/goodbye-screen.tsx'
import { ProblemScreen } from './screens/problem-screen.tsx'
import { problemFor, problemOf, type ProblemKind } from './screens/problem.ts'
import { WelcomeScreen } from './screens/welcome-screen.tsx'
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
  | { at: 'welcome' | 'check' | 'visit'; attempt: Attempt }
  | { at: 'goodbye'; reason: GoodbyeReason; ticket: AdmissionTicket }

interface VisitPage {
  entrance: Entrance
  createClient(ticket: AdmissionTicket): VisitClient
}

/** From the link to the goodbye: one screen at a time. */
export function VisitPage({ entrance, createClient }: VisitPage) {
  const words = useVisitWords()
  const [place, setPlace] = useState<Place>({ at: 'opening' })
  const clinic = useRef<string | null>(null)

  const enter = useCallback(
    (first: 'welcome' | 'check') => {
      setPlace({ at: 'opening' })
      const opened = entrance.open()
      opened.then(
        (ticket) => {
          clinic.current = ticket.visit.organizationName
          const client = createClient(ticket)
          const { role, admission } = ticket.participant
          const knowsTheWay = role === 'host' || admission === 'admitted'
          setPlace({ at: knowsTheWay ? 'check' : first, attempt: { ticket, client, devices: new Devices(client) } })
        },
        (error: unknown) => {
          const code = problemOf(error)
          if (code === 'not-signed-in' && entrance.signInAddress !== null) location.replace(entrance.signInAddress)
          else setPlace({ at: 'problem', kind: problemFor(code) })
        },
      )
    },
    [entrance, createClient],
  )
  useEffect(() => {
    if (entrance.problem === null) enter('welcome')
    else setPlace({ at: 'problem', kind: entrance.problem })
  }, [entrance, enter])

  const retry = useCallback(() => enter('welcome'), [enter])

  function onEnd({ ticket, devices }: Attempt, reason: GoodbyeReason | VisitErrorCode) {
    devices.close()
    if (isGoodbyeReason(reason)) setPlace({ at: 'goodbye', reason, ticket })
    else setPlace({ at: 'problem', kind: problemFor(reason) })
  }

  switch (place.at) {
    case 'opening':
      return (
        <PageFrame clinic={clinic.current} title={words.opening.title}>
          <p className="quiet" role="status">
            {words.opening.next}
          </p>
        </PageFrame>
      )
    case 'problem':
      return <ProblemScreen kind={place.kind} clinic={clinic.current} link={entrance.link} onRetry={retry} />
    case 'welcome': {
      const { attempt } = place
      return <WelcomeScreen ticket={attempt.ticket} onStart={() => setPlace({ at: 'check', attempt })} />
    }
    case 'check': {
      const { attempt } = place
      return <CheckScreen {...attempt} onContinue={() => setPlace({ at: 'visit', attempt })} />
    }
    case 'visit': {
      const { attempt } = place
      return (
        <NoticesProvider>
          <VisitSession {...attempt} onEnd={(reason) => onEnd(attempt, reason)} />
        </NoticesProvider>
      )
    }
    case 'goodbye': {
      const { reason, ticket } = place
      return (
        <GoodbyeScreen
          reason={reason}
          role={ticket.participant.role}
          clinic={ticket.visit.organizationName}
          onComeBack={() => enter('check')}
        />
      )
    }
  }
}
