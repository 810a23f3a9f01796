import { Button } from '@mantine/core'
import type { ApiKey, SignedIn } from '@curtain/protocol'
import { useCallback, useState } from 'react'
import { useFresh } from '../api/use-fresh.ts'
import { mayUse } from '../session/access.ts'
import { useSession } from '../session/session.tsx'
import { useAnnouncer } from '../shell/announcer.tsx'
import { Icon } from '../shell/icons.tsx'
import { LoadingSection } from '../shell/loading-lines.tsx'
import { FailureNotice, Notice } from '../shell/notice.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { useOpener } from '../shell/use-opener.ts'
import './api-keys.css'
import { CreateKey } from './create-key.tsx'
import { EndKey } from './end-key.tsx'
import { KeyList } from './key-list.tsx'
import { useApiKeyWords } from './words.ts'

/** `/api-keys`: the keys of the organization, for those who run them and those who watch over access. */
export function ApiKeysPage({ who }: { who: SignedIn }) {
  const words = useApiKeyWords()
  const { api } = useSession()
  const say = useAnnouncer()
  const opener = useOpener()
  const { value: keys, failure, read } = useFresh(useCallback(async (signal: AbortSignal) => (await api.apiKeys(signal)).apiKeys, [api]))
  const [open, setOpen] = useState<'create' | ApiKey | null>(null)
  const mayManage = mayUse('manageApiKeys', who)

  const show = (wanted: 'create' | ApiKey) => {
    opener.remember()
    setOpen(wanted)
  }
  const close = () => {
    opener.giveBack({ leaving: false })
    setOpen(null)
  }
  const done = (said: string) => {
    close()
    say(said)
    read()
  }

  return (
    <div className="settings">
      <div className="page-head">
        <div>
          <PageHeading name={words.title}>{words.title}</PageHeading>
          <p className="quiet">{words.of(who.organization.name)}</p>
        </div>
        {mayManage && (
          <Button leftSection={<Icon name="plus" />} onClick={() => show('create')}>
            {words.create}
          </Button>
        )}
      </div>
      {failure !== null && <FailureNotice failure={failure} onRetry={read} />}
      {keys === null && failure === null && <LoadingSection label={words.loading} widths={[48, 70, 56]} height={48} />}
      {keys !== null && (
        <section className="settings-section" aria-labelledby="keys">
          <h2 id="keys">{words.keys}</h2>
          {keys.length === 0 ? <p className="quiet">{words.none}</p> : <KeyList keys={keys} onEnd={mayManage ? show : null} />}
          {!mayManage && <Notice tone="info">{words.onlyRead}</Notice>}
        </section>
      )}
      {open === 'create' && <CreateKey onMade={read} onClose={close} />}
      {open !== null && open !== 'create' && <EndKey apiKey={open} onDone={done} onClose={close} />}
    </div>
  )
}
