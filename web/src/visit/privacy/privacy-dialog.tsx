import type { VisitClient, VisitSnapshot } from '@curtain/client'
import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Icon } from '../parts/icon.tsx'
import { KeyHolders } from './key-holders.tsx'
import { lockIcons } from './lock.tsx'
import { privacyState, type PrivacyState } from './privacy-state.ts'
import { Strangers } from './strangers.tsx'
import { Verification } from './verification.tsx'
import { usePrivacyWords } from './words.ts'

interface PrivacyDialog {
  client: VisitClient
  snapshot: VisitSnapshot
  /** Opened for the verification code. */
  forCode: boolean
  onLeave: () => void
  onClose: () => void
}

const points = {
  secured: ['server', 'recorded'],
  securing: ['server', 'recorded'],
  doubtful: ['server', 'recorded'],
  transport: ['recorded', 'here'],
} as const satisfies Record<PrivacyState, readonly string[]>

/** The words behind the lock: who can see and hear, how to make sure of it, and what is not protected. */
export function PrivacyDialog({ client, snapshot, forCode, onLeave, onClose }: PrivacyDialog) {
  const words = usePrivacyWords()
  const [isDifferent, setIsDifferent] = useState(false)
  const { encryption, self } = snapshot
  const state = privacyState(snapshot)

  if (isDifferent) {
    return (
      <Dialog key="different" title={words.differentTitle} onClose={onClose}>
        <p>{words.differentOnce}</p>
        <p>{words.differentStill[self?.role ?? 'guest']}</p>
        <div className="dialog-actions">
          <Button onClick={() => setIsDifferent(false)}>{words.again}</Button>
          <Button look="danger" icon="leave" onClick={onLeave}>
            {words.leave}
          </Button>
        </div>
      </Dialog>
    )
  }
  return (
    <Dialog title={words.title} onClose={onClose}>
      <div className="privacy-lead" data-state={state}>
        <span className="frame-icon">
          <Icon name={lockIcons[state]} size={28} />
        </span>
        <p className="lead">{words.lead[state]}</p>
      </div>
      <p className="quiet">{words.more[state]}</p>
      {encryption.state === 'secured' && (
        <>
          {encryption.strangers.length > 0 && (
            <Strangers strangers={encryption.strangers} role={self?.role ?? 'guest'} onLeave={onLeave} />
          )}
          <KeyHolders members={encryption.members} strangers={encryption.strangers} />
          <Verification
            client={client}
            encryption={encryption}
            comesFirst={forCode}
            onDifferent={() => setIsDifferent(true)}
          />
        </>
      )}
      <dl className="privacy-points">
        {points[state].map((point) => (
          <div key={point}>
            <dt>{words.points[point].title}</dt>
            <dd>{words.points[point].text}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
