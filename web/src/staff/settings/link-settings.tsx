import { Radio } from '@mantine/core'
import { linkCheck, type LinkCheck, type OrganizationSettingsRead } from '@curtain/protocol'
import { useState } from 'react'
import { asFailure, type RequestFailed } from '../api/request-failed.ts'
import { useAnnouncer } from '../shell/announcer.tsx'
import { FailureNotice, Notice } from '../shell/notice.tsx'
import { useVisitWords } from '../visit/words.ts'
import { useSettingsWords } from './words.ts'

interface LinkSettingsProps {
  settings: OrganizationSettingsRead
  /** Null for whoever may only read. */
  onChoose: ((check: LinkCheck) => Promise<void>) | null
  /** A change was refused or had no answer: what is set should be read again. */
  onFailed: () => void
}

/** What links of patients ask for, unless somebody chooses otherwise for one visit. */
export function LinkSettings({ settings, onChoose, onFailed }: LinkSettingsProps) {
  const words = useSettingsWords()
  const visitWords = useVisitWords()
  const say = useAnnouncer()
  const [saving, setSaving] = useState<LinkCheck | null>(null)
  const [failure, setFailure] = useState<RequestFailed | null>(null)

  const choose = async (check: LinkCheck) => {
    if (onChoose === null || saving !== null) return
    setSaving(check)
    setFailure(null)
    try {
      await onChoose(check)
      say(words.checkSaved(visitWords.checks[check]))
    } catch (error) {
      const refusal = asFailure(error)
      setFailure(refusal)
      if (refusal.code !== 'offline') onFailed()
    }
    setSaving(null)
  }

  return (
    <section className="settings-section" aria-labelledby="links">
      <h2 id="links">{words.links}</h2>
      <p>{words.linksExplained}</p>
      {failure !== null && <FailureNotice failure={failure} />}
      {onChoose === null ? (
        <>
          <p>
            <strong>{visitWords.checks[settings.linkCheck]}</strong>
          </p>
          <Notice tone="info">{words.onlyOwner}</Notice>
        </>
      ) : (
        <Radio.Group
          label={words.checkOfAll}
          value={saving ?? settings.linkCheck}
          aria-busy={saving !== null}
          onChange={(chosen) => void choose(linkCheck.catch('none').parse(chosen))}
        >
          <div className="settings-choices">
            {linkCheck.options.map((check) => {
              const isImpossible = check === 'mailed-code' && !settings.canMail && settings.linkCheck !== check
              return (
                <Radio
                  key={check}
                  value={check}
                  label={visitWords.checks[check]}
                  description={isImpossible ? words.noMail : visitWords.checkHints[check]}
                  disabled={isImpossible}
                />
              )
            })}
          </div>
        </Radio.Group>
      )}
      <p className="quiet">{words.checkPlanned}</p>
    </section>
  )
}
