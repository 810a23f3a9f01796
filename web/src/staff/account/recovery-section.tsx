import { Button } from '@mantine/core'
import { useState } from 'react'
import { useSession } from '../session/session.tsx'
import { Notice } from '../shell/notice.tsx'
import { Question } from '../shell/question.tsx'
import { useOpener } from '../shell/use-opener.ts'
import { Dialog } from './dialog.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'
import { useAccountWords } from './words.ts'

type Open = { type: 'question' } | { type: 'codes'; codes: readonly string[] }

/** The recovery codes: how many are left, and new ones. */
export function RecoverySection({ left, onMade }: { left: number; onMade: () => void }) {
  const words = useAccountWords()
  const { api } = useSession()
  const opener = useOpener()
  const [open, setOpen] = useState<Open | null>(null)
  const close = () => {
    opener.giveBack({ leaving: false })
    setOpen(null)
  }
  return (
    <section className="settings-section" aria-labelledby="recovery">
      <h2 id="recovery">{words.recovery}</h2>
      <p className="quiet">{words.recoveryExplained}</p>
      {left === 0 ? <Notice tone="warning">{words.noCodesLeft}</Notice> : <p>{words.codesLeft(left)}</p>}
      <div className="account-actions">
        <Button
          variant="default"
          onClick={() => {
            opener.remember()
            setOpen({ type: 'question' })
          }}
        >
          {words.newCodes}
        </Button>
      </div>
      {open?.type === 'question' && (
        <Question
          title={words.newCodesTitle}
          keep={words.keep}
          act={words.newCodes}
          onClose={close}
          onAct={async () => {
            const { codes } = await api.makeRecoveryCodes()
            setOpen({ type: 'codes', codes })
            onMade()
          }}
        >
          <p>{words.newCodesExplained}</p>
        </Question>
      )}
      {open?.type === 'codes' && (
        <Dialog title={words.codesTitle} onClose={close} holdsOnce>
          <RecoveryCodes codes={open.codes} onKept={close} />
        </Dialog>
      )}
    </section>
  )
}
