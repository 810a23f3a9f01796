import { createVisitClient } from '@curtain/client'
import type { AdmissionTicket } from '@curtain/protocol'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '../theme/tokens.css'
import '../theme/base.css'
import './parts/parts.css'
import './screens/screens.css'
import './room/room.css'
import './room/stage.css'
import './room/people.css'
import './chat/chat.css'
import './privacy/privacy.css'
import './second-check/second-check.css'
import { TranslationProvider } from '../i18n/translation.tsx'
import { takeEntrance } from './entrance.ts'
import { VisitPage } from './visit-page.tsx'

// First of all: it takes the secret out of the address.
const entrance = takeEntrance()

/** A ticket is good for a minute: the one that came with the page is used if it is not much older than this. */
const freshMs = 30_000

function createClient(first: AdmissionTicket) {
  const madeAt = performance.now()
  let unused = true
  return createVisitClient({
    baseUrl: location.origin,
    fetchTicket(signal) {
      const fresh = unused && performance.now() - madeAt < freshMs
      unused = false
      return fresh ? Promise.resolve(first) : entrance.renew(first, signal)
    },
  })
}

const page = document.getElementById('page')
if (page !== null) {
  createRoot(page).render(
    <StrictMode>
      <TranslationProvider>
        <VisitPage entrance={entrance} createClient={createClient} />
      </TranslationProvider>
    </StrictMode>,
  )
}
