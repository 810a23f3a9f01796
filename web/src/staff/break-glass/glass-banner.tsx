import { Button } from '@mantine/core'
import type { PatientId } from '@curtain/protocol'
import { useEffect, useEffectEvent } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { useRequest } from '../api/use-request.ts'
import { useSession } from '../session/session.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { Icon } from '../shell/icons.tsx'
import { useNow } from '../time/use-now.ts'
import { useOpenGlasses } from './use-open-glasses.ts'
import { useBreakGlassWords } from './words.ts'

interface GlassBannerProps {
  patientId: PatientId
  until: string
  /** It is over, by time or by hand. */
  onEnded: () => void
}

/** Says over the whole page that it is open for a while, how long still, and offers to end that. */
export function GlassBanner({ patientId, until, onEnded }: GlassBannerProps) {
  const words = useBreakGlassWords()
  const { format } = useTranslation()
  const { api } = useSession()
  const { open } = useOpenGlasses()
  const { busy, failure, run } = useRequest()
  const left = Date.parse(until) - useNow(1000).getTime()
  const isOver = left <= 0
  const tellEnded = useEffectEvent(onEnded)
  useEffect(() => {
    if (isOver) tellEnded()
  }, [isOver])
  const own = open.filter((glass) => glass.patientId === patientId)
  const end = () =>
    run(async () => {
      for (const { id } of own) await api.endGlass(id)
      onEnded()
    })
  return (
    <>
      <section className="glass-banner" aria-label={words.bannerTitle}>
        <Icon name="warning" />
        <div className="notice-text">
          <strong>{words.bannerTitle}</strong>
          <p role="timer">{words.banner(format.elapsed(left))}</p>
        </div>
        {own.length > 0 && (
          <Button variant="default" loading={busy} onClick={() => void end()}>
            {words.endNow}
          </Button>
        )}
      </section>
      {failure !== null && <FailureNotice failure={failure} />}
    </>
  )
}
