import { Button } from '@mantine/core'
import type { ApiKey } from '@curtain/protocol'
import { useTranslation } from '../../i18n/translation.tsx'
import { useNow } from '../time/use-now.ts'
import { expiryOf } from './expiry.ts'
import { useApiKeyWords } from './words.ts'

interface KeyListProps {
  keys: readonly ApiKey[]
  /** Null for whoever may only read. */
  onEnd: ((key: ApiKey) => void) | null
}

const minuteMs = 60_000

/** The keys, the newest first: what each may do, whether it is used, and how long it lasts. */
export function KeyList({ keys, onEnd }: KeyListProps) {
  const words = useApiKeyWords()
  const { format } = useTranslation()
  const now = useNow(minuteMs)
  const date = (instant: string) => format.date(new Date(instant))
  return (
    <ul className="settings-lines settings-lines-wide">
      {keys.map((key) => {
        const expiry = expiryOf(new Date(key.expiresAt), now)
        const used =
          key.lastUsedAt === null ? words.neverUsed : words.lastUsed(`${date(key.lastUsedAt)}, ${format.time(new Date(key.lastUsedAt))}`)
        return (
          <li key={key.id} className="settings-line">
            <div className="settings-line-what api-key-what">
              <span className="api-key-name">
                <strong>{key.name}</strong>
                {expiry !== 'later' && <span className="api-key-mark">{words[expiry]}</span>}
              </span>
              <code className="quiet">{key.id}</code>
              <span>{format.list(key.scopes.map((scope) => words.scopes[scope].name))}</span>
              <span className="quiet">
                {used} · {words.expires(date(key.expiresAt))}
              </span>
              <span className="quiet">{key.addresses.length === 0 ? words.fromAnywhere : words.from(format.list(key.addresses))}</span>
              <span className="quiet">{words.made(date(key.createdAt), key.createdBy.name)}</span>
            </div>
            {onEnd !== null && (
              <Button size="xs" variant="default" aria-label={words.endOf(key.name)} onClick={() => onEnd(key)}>
                {words.end}
              </Button>
            )}
          </li>
        )
      })}
    </ul>
  )
}
