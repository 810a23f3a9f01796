import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '../theme/tokens.css'
import { TranslationProvider } from '../i18n/translation.tsx'

const page = document.getElementById('page')
if (page !== null) {
  createRoot(page).render(
    <StrictMode>
      <TranslationProvider>
        <main />
      </TranslationProvider>
    </StrictMode>,
  )
}
