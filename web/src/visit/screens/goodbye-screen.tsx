import type { ParticipantRole } from '@curtain/protocol'
import { Button, ButtonLink } from '../parts/button.tsx'
import type { IconName } from '../parts/icon.tsx'
import { PageFrame } from '../parts/page-frame.tsx'
import { useVisitWords } from '../words/words.ts'

const goodbyeReasons = ['left', 'ended', 'cancelled', 'refused', 'removed', 'replaced'] as const
export type GoodbyeReason = (typeof goodbyeReasons)[number]

export function isGoodbyeReason(reason: string): reason is GoodbyeReason {
  return goodbyeReasons.some((known) => known === reason)
}

const icons: Record<GoodbyeReason, IconName> = {
  left: 'leave',
  ended: 'check',
  cancelled: 'clock',
  refused: 'door',
  removed: 'door',
  replaced: 'people',
}

interface Goodbye {
  reason: GoodbyeReason
  role: ParticipantRole
  clinic: string | null
  onComeBack: () => void
}

/** The visit is over for this person, here: why, and what can be done next. */
export function GoodbyeScreen({ reason, role, clinic, onComeBack }: Goodbye) {
  const words = useVisitWords()
  const { goodbye } = words
  const { title, text } = reason === 'left' && role === 'host' ? goodbye.leftHost : goodbye[reason]
  return (
    <PageFrame
      clinic={clinic}
      title={title}
      icon={icons[reason]}
      actions={
        <>
          {reason === 'left' && (
            <Button look={role === 'host' ? 'plain' : 'primary'} onClick={onComeBack}>
              {goodbye.comeBack}
            </Button>
          )}
          {reason === 'replaced' && (
            <Button look="primary" onClick={onComeBack}>
              {goodbye.useHere}
            </Button>
          )}
          {role === 'host' && (
            <ButtonLink look="primary" href="/today">
              {goodbye.toVisits}
            </ButtonLink>
          )}
        </>
      }
    >
      <p>{text}</p>
    </PageFrame>
  )
}
