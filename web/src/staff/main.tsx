import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '../theme/tokens.css'
import '../theme/base.css'
import './theme/components.ts'
import './theme/mantine.css'
import './shell/shell.css'
import './shell/messages.css'
import './session/session.css'
import './people/people.css'
import './settings/settings.css'
import './patients/patients.css'
import './break-glass/break-glass.css'
import './today/today.css'
import './visit/visit.css'
import { TranslationProvider } from '../i18n/translation.tsx'
import { noteUses } from './api/attendance.ts'
import { App } from './app.tsx'
import { takeFragmentSecret } from './router/fragment-secret.ts'

// Before anything else, so that the secret of a one-time link is in sight for as short as can be.
const takesSecret = location.pathname === '/setup' || location.pathname === '/welcome' || location.pathname === '/join/confirm'
const secret = takesSecret ? takeFragmentSecret() : null

noteUses()

const page = document.getElementById('page')
if (page !== null) {
  createRoot(page).render(
    <StrictMode>
      <TranslationProvider>
        <App secret={secret} />
      </TranslationProvider>
    </StrictMode>,
  )
}
