import type { EncryptionStatus, VerificationCode, VisitClient } from '@curtain/client'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { Button } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { pictureOf } from '../words/pictures.ts'
import { usePrivacyWords } from './words.ts'

interface Verification {
  client: VisitClient
  encryption: Extract<EncryptionStatus, { state: 'secured' }>
  /** Whoever came for the code sees it without looking for it. */
  comesFirst: boolean
  onDifferent: () => void
}

/** The code of the present keys, and what people found when they compared it. */
export function Verification({ client, encryption, comesFirst, onDifferent }: Verification) {
  const words = usePrivacyWords()
  const part = useRef<HTMLElement>(null)
  const { members, code } = encryption
  // A code that changes under a finger would be taken for the one that was compared: the next is shown on request.
  const [shown, setShown] = useState<VerificationCode | null>(null)
  if (shown === null && code !== null && members.length > 1) setShown(code)
  const [failed, setFailed] = useState(false)
  const compared = members.some(({ isSelf, compared }) => isSelf && compared)

  useEffect(() => {
    if (!comesFirst) return undefined
    // The dialog around it opens only after this.
    const frame = requestAnimationFrame(() => part.current?.scrollIntoView())
    return () => cancelAnimationFrame(frame)
  }, [comesFirst])

  function confirm(seen: VerificationCode) {
    setFailed(false)
    client.markCompared(seen).catch(() => setFailed(true))
  }

  if (members.length < 2 || code === null) {
    return (
      <section className="privacy-part">
        <h3>{words.codeTitle}</h3>
        <p className="quiet">{members.length < 2 ? words.codeAlone : words.codeSoon}</p>
      </section>
    )
  }
  if (shown !== code) {
    return (
      <section className="privacy-part">
        <h3>{words.codeTitle}</h3>
        <output>{words.changedNow}</output>
        <Button onClick={() => setShown(code)}>{words.showNew}</Button>
      </section>
    )
  }
  return (
    <section ref={part} className="privacy-part">
      <h3>{words.codeTitle}</h3>
      <p className="quiet">{words.codeHow}</p>
      <Code code={code} />
      <output className="privacy-result">
        {compared && (
          <>
            <Icon name="check" size={20} />
            <span>{words.compared}</span>
          </>
        )}
        {failed && <span className="field-problem">{words.compareFailed}</span>}
      </output>
      <div className="privacy-choice">
        {!compared && (
          <Button look="primary" icon="check" onClick={() => confirm(code)}>
            {words.same}
          </Button>
        )}
        <Button look={compared ? 'quiet' : 'plain'} onClick={onDifferent}>
          {words.different}
        </Button>
      </div>
    </section>
  )
}

/** Six pictures, each with its name and three digits: `turtle 482`. */
function Code({ code }: { code: VerificationCode }) {
  const words = usePrivacyWords()
  const { language } = useTranslation()
  return (
    <ol className="code" aria-label={words.code}>
      {code.map((part, place) => {
        const picture = pictureOf(part.picture)
        return (
          // The places of a code are what it is: the same picture may come twice.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={place} className="code-part">
            {/* An emoji is text that is a picture. */}
            {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role */}
            <span className="code-picture" role="img" aria-label={picture[language]}>
              {picture.emoji}
            </span>
            <span className="code-words">
              <span className="code-name" aria-hidden="true">
                {picture[language]}
              </span>
              <span className="code-digits">{part.digits}</span>
            </span>
          </li>
        )
      })}
    </ol>
  )
}
