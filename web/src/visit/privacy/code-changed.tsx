import type { EncryptionStatus } from '@curtain/client'
import { Button } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { usePrivacyWords } from './words.ts'

interface CodeChanged {
  encryption: EncryptionStatus
  onShow: () => void
  onDismiss: () => void
}

/** For whoever compared the code: it is another now. Read out politely, and calm: somebody joining is no alarm. */
export function CodeChanged({ encryption, onShow, onDismiss }: CodeChanged) {
  const words = usePrivacyWords()
  const changed = encryption.state === 'secured' && encryption.changedSinceCompared
  return (
    <>
      <output className="visually-hidden">{changed ? words.banner : null}</output>
      {changed && (
        <section className="banner banner-action" aria-label={words.bannerTitle}>
          <span className="banner-words with-icon">
            <Icon name="lock" size={20} />
            <span>{words.banner}</span>
          </span>
          <span className="banner-choice">
            <Button onClick={onShow}>{words.showCode}</Button>
            <Button look="quiet" onClick={onDismiss}>
              {words.dismiss}
            </Button>
          </span>
        </section>
      )}
    </>
  )
}
