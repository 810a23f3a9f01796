import { Button } from '@mantine/core'
import type { SignedIn, Visit } from '@curtain/protocol'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { useAddress } from '../router/location.ts'
import { useAnnouncer } from '../shell/announcer.tsx'
import { Icon } from '../shell/icons.tsx'
import { FailureNotice, Notice } from '../shell/notice.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { useOpener } from '../shell/use-opener.ts'
import { useShortcut } from '../shell/use-shortcut.ts'
import { dayOf, parseDay, startOf } from '../time/calendar-day.ts'
import { useNow } from '../time/use-now.ts'
import { waitingIn } from '../visit/standing.ts'
import { DayList, EmptyDay, LoadingDay } from './day-list.tsx'
import { DayStrip } from './day-strip.tsx'
import { DaySwitcher } from './day-switcher.tsx'
import { useDayVisits } from './use-day-visits.ts'
import { useVisitChanges } from './use-visit-changes.ts'
import { VisitDialogs, type VisitDialog } from './visit-dialogs.tsx'
import { useTodayWords } from './words.ts'

const tickMs = 20_000

/** `/today`, `/today?day=2026-03-08`: the visits of a day, kept up to date, and everything one does with them. */
export function TodayPage({ who }: { who: SignedIn }) {
  const words = useTodayWords()
  const { format } = useTranslation()
  const now = useNow(tickMs)
  const today = dayOf(now)
  const day = parseDay(useAddress().searchParams.get('day')) ?? today
  const { live, subscribe, refresh } = useVisitChanges()
  const { visits, failure, readAt } = useDayVisits(day, subscribe)
  // On other days too one must see that somebody waits.
  const elsewhere = useDayVisits(day === today ? null : today, subscribe)
  const [dialog, setDialog] = useState<VisitDialog | null>(null)
  const opener = useOpener()
  const open = (wanted: VisitDialog) => {
    if (dialog === null) opener.remember()
    setDialog(wanted)
  }
  const close = (leaving: boolean) => {
    opener.giveBack({ leaving })
    setDialog(null)
  }
  const openNew = () => open({ type: 'new' })
  useShortcut('n', openNew)

  const todays = day === today ? visits : elsewhere.visits
  const waiting = todays?.reduce((count, visit) => count + waitingIn(visit).length, 0) ?? 0
  useArrivals(todays)

  return (
    <div className="today">
      <div className="today-head">
        <div className="today-title">
          <PageHeading name={waiting > 0 ? `(${waiting}) ${words.today}` : words.today}>
            {day === today ? words.today : words.visitsOf}
          </PageHeading>
          <span className="quiet">{format.day(startOf(day))}</span>
        </div>
        <DaySwitcher day={day} today={today} />
        <Button className="new-visit" leftSection={<Icon name="plus" />} title={words.newVisitKey} onClick={openNew}>
          {words.newVisit}
          <kbd aria-hidden="true">N</kbd>
        </Button>
      </div>

      {failure !== null && <FailureNotice failure={failure} onRetry={refresh} />}
      {failure === null && !live && <Notice tone="info">{words.notLive}</Notice>}

      {visits === null && failure === null && <LoadingDay />}
      {visits !== null && (
        <>
          <p className="today-count">
            <span>{words.count(visits.length, format.number(visits.length))}</span>
            <span className="mark" data-mark={waiting > 0 ? 'waiting' : 'nobody'}>
              {waiting === 0
                ? words.nobodyWaits
                : (day === today ? words.waitingCount : words.waitingToday)(waiting, format.number(waiting))}
            </span>
            {failure !== null && readAt && <span className="quiet">{words.stale(format.time(readAt))}</span>}
          </p>
          {visits.length > 0 && <DayStrip visits={visits} day={day} now={now} />}
          {visits.length > 0 ? (
            <DayList visits={visits} now={now} reader={who} onOpen={open} />
          ) : (
            <EmptyDay isToday={day === today} onNew={openNew} />
          )}
        </>
      )}
      <VisitDialogs
        who={who}
        dialog={dialog}
        visits={visits ?? []}
        day={day}
        now={now}
        onOpen={open}
        onClose={() => close(false)}
        onDone={() => close(true)}
        onChanged={refresh}
      />
    </div>
  )
}

/** Says it when somebody begins to wait while the page is open. */
function useArrivals(visits: readonly Visit[] | null): void {
  const words = useTodayWords()
  const say = useAnnouncer()
  const { format } = useTranslation()
  const known = useRef<ReadonlySet<string> | null>(null)
  useEffect(() => {
    if (visits === null) return
    const waiting = visits.flatMap(waitingIn)
    const before = known.current
    const arrived = waiting.filter((person) => before !== null && !before.has(person.id))
    known.current = new Set(waiting.map((person) => person.id))
    if (arrived.length > 0) say(words.waits(format.list(arrived.map((person) => person.displayName)), arrived.length))
  }, [visits, say, words, format])
}
