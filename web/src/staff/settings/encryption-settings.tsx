import { Switch } from '@mantine/core'
import { visitKind, type VisitKind } from '@curtain/protocol'
import { useState } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { asFailure, type RequestFailed } from '../api/request-failed.ts'
import { useAnnouncer } from '../shell/announcer.tsx'
import { Icon } from '../shell/icons.tsx'
import { FailureNotice, Notice } from '../shell/notice.tsx'
import { useOpener } from '../shell/use-opener.ts'
import { useVisitWords } from '../visit/words.ts'
import { AllowTransport } from './allow-transport.tsx'
import { useSettingsWords } from './words.ts'

interface EncryptionSettingsProps {
  /** The kinds that may be planned without end-to-end encryption. */
  allowed: readonly VisitKind[]
  /** Null for whoever may only read. */
  onAllow: ((kind: VisitKind, allowed: boolean) => Promise<void>) | null
  /** A change was refused or had no answer: what is set should be read again. */
  onFailed: () => void
}

/** What end-to-end encryption means for patients, and the kinds of visits that may go without. */
export function EncryptionSettings({ allowed, onAllow, onFailed }: EncryptionSettingsProps) {
  const words = useSettingsWords()
  const { format } = useTranslation()
  return (
    <section className="settings-section" aria-labelledby="encryption">
      <h2 id="encryption">{words.encryption}</h2>
      <p className="settings-state" data-open={allowed.length > 0 || undefined}>
        <Icon name={allowed.length > 0 ? 'lock-open' : 'lock'} size={22} />
        <strong>
          {allowed.length > 0 ? words.someWithout(format.list(allowed.map((kind) => words.kinds[kind]))) : words.always}
        </strong>
      </p>
      <p>{words.meaningOf}</p>
      <ul className="settings-points">
        {words.meaning.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
      <h3 id="transport">{words.allow}</h3>
      <p className="quiet">{words.allowExplained}</p>
      {onAllow === null ? (
        <TransportKinds allowed={allowed} />
      ) : (
        <TransportSwitches allowed={allowed} onAllow={onAllow} onFailed={onFailed} />
      )}
      <p className="quiet">{words.planned}</p>
    </section>
  )
}

function TransportKinds({ allowed }: Pick<EncryptionSettingsProps, 'allowed'>) {
  const words = useSettingsWords()
  const visitWords = useVisitWords()
  return (
    <>
      <dl className="facts">
        {visitKind.options.map((kind) => (
          <div key={kind}>
            <dt>{visitWords.kinds[kind]}</dt>
            <dd>{allowed.includes(kind) ? words.isAllowed : words.isNotAllowed}</dd>
          </div>
        ))}
      </dl>
      <Notice tone="info">{words.onlyOwner}</Notice>
    </>
  )
}

type SwitchesProps = EncryptionSettingsProps & { onAllow: NonNullable<EncryptionSettingsProps['onAllow']> }

function TransportSwitches({ allowed, onAllow, onFailed }: SwitchesProps) {
  const words = useSettingsWords()
  const visitWords = useVisitWords()
  const say = useAnnouncer()
  const opener = useOpener()
  const [saving, setSaving] = useState<VisitKind | null>(null)
  const [asking, setAsking] = useState<VisitKind | null>(null)
  const [failed, setFailed] = useState<{ failure: RequestFailed; with: readonly VisitKind[] } | null>(null)
  // Where they were read since, the network is back.
  const isPast = failed?.failure.code === 'offline' && failed.with !== allowed
  const failure = failed === null || isPast ? null : failed.failure


  const save = async (kind: VisitKind, isAllowed: boolean) => {
    setSaving(kind)
    setFailed(null)
    try {
      await onAllow(kind, isAllowed)
      say((isAllowed ? words.nowAllowed : words.nowNotAllowed)(words.kinds[kind]))
    } catch (error) {
      const refusal = asFailure(error)
      setFailed({ failure: refusal, with: allowed })
      // It may have been saved all the same, or be set otherwise by now. Without a network that is asked when it is back.
      if (refusal.code !== 'offline') onFailed()
    }
    setSaving(null)
  }
  const change = (kind: VisitKind, isAllowed: boolean) => {
    // Kept from a second change rather than switched off for the moment, which would take the focus away.
    if (saving !== null) return
    if (isAllowed) {
      opener.remember()
      setAsking(kind)
    } else {
      void save(kind, false)
    }
  }
  const answered = (kind: VisitKind, isAllowed: boolean) => {
    opener.giveBack({ leaving: false })
    setAsking(null)
    if (isAllowed) void save(kind, true)
  }

  return (
    <>
      {failure !== null &&
        (failure.code === 'offline' ? (
          <Notice tone="warning">{words.offline}</Notice>
        ) : (
          <FailureNotice failure={failure} />
        ))}
      <fieldset className="settings-switches" aria-labelledby="transport" aria-busy={saving !== null}>
        {visitKind.options.map((kind) => (
          <Switch
            key={kind}
            withThumbIndicator={false}
            label={visitWords.kinds[kind]}
            description={saving === kind ? words.saving : allowed.includes(kind) ? words.isAllowed : words.isNotAllowed}
            checked={allowed.includes(kind)}
            onChange={(event) => change(kind, event.currentTarget.checked)}
          />
        ))}
      </fieldset>
      {asking !== null && (
        <AllowTransport
          kind={asking}
          onAllow={() => answered(asking, true)}
          onClose={() => answered(asking, false)}
        />
      )}
    </>
  )
}
