import { ActionIcon, Button } from '@mantine/core'
import { navigate } from '../router/location.ts'
import { Icon } from '../shell/icons.tsx'
import { addDays, parseDay, type CalendarDay } from '../time/calendar-day.ts'
import { useTodayWords } from './words.ts'

/** The address of a day's page. */
function dayPath(day: CalendarDay, today: CalendarDay): string {
  return day === today ? '/today' : `/today?day=${day}`
}

/** Goes a day back or on, to any day by the calendar, and back to today. */
export function DaySwitcher({ day, today }: { day: CalendarDay; today: CalendarDay }) {
  const words = useTodayWords()
  const go = (to: CalendarDay) => navigate(dayPath(to, today))
  return (
    <div className="day-switcher">
      <ActionIcon variant="default" size="lg" aria-label={words.previousDay} onClick={() => go(addDays(day, -1))}>
        <Icon name="back" />
      </ActionIcon>
      <input
        className="day-field"
        type="date"
        aria-label={words.chooseDay}
        value={day}
        onChange={(event) => {
          const chosen = parseDay(event.currentTarget.value)
          if (chosen !== null) go(chosen)
        }}
      />
      <ActionIcon variant="default" size="lg" aria-label={words.nextDay} onClick={() => go(addDays(day, 1))}>
        <Icon name="forward" />
      </ActionIcon>
      {day !== today && (
        <Button variant="subtle" onClick={() => go(today)}>
          {words.backToToday}
        </Button>
      )}
    </div>
  )
}
