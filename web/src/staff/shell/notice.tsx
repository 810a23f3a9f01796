import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import type { RequestFailed } from '../api/request-failed.ts'
import { Icon } from './icons.tsx'
import { useShellWords } from './words.ts'

interface NoticeProps {
  tone: 'info' | 'warning' | 'danger'
  title?: string
  children?: ReactNode
  /** What the person can do about it. */
  action?: ReactNode
}

/** A message in its place on the page. Warnings and failures are read out when they appear. */
export function Notice({ tone, title, children, action }: NoticeProps) {
  return (
    <div className={`notice notice-${tone}`} role={tone === 'info' ? undefined : 'alert'}>
      <Icon name={tone === 'info' ? 'info' : 'warning'} />
      <div className="notice-text">
        {title !== undefined && <strong>{title}</strong>}
        {children !== undefined && <div>{children}</div>}
      </div>
      {action}
    </div>
  )
}

interface FailureNoticeProps {
  failure: RequestFailed
  /** Asks once more, where that can be done from here. */
  onRetry?: () => void
}

/** Why a request failed and what to do, in the person's language. */
export function FailureNotice({ failure, onRetry }: FailureNoticeProps) {
  const shared = useSharedWords()
  const words = useShellWords()
  const action = onRetry && (
    <Button variant="default" onClick={onRetry}>
      {shared.tryAgain}
    </Button>
  )
  if (failure.code === 'offline')
    return (
      <Notice tone="warning" action={action}>
        {shared.offline}
      </Notice>
    )
  return (
    <Notice tone="danger" action={action}>
      {shared.sentence(failure.code)}
      {failure.reference !== null && <div className="quiet">{words.reference(failure.reference)}</div>}
    </Notice>
  )
}
