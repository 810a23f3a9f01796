import { NativeSelect, TextInput } from '@mantine/core'
import { useTranslation } from '../../i18n/translation.tsx'
import { parseDay } from '../time/calendar-day.ts'
import { instantAt, type WallInstant } from '../time/wall-time.ts'
import { useVisitWords } from './words.ts'

/** A time as it stands in the form: what the fields hold, right or not. */
export interface When {
  date: string
  time: string
  durationMinutes: number
}

const durations = [10, 15, 20, 30, 45, 60, 90, 120]

/** The instant that the fields name in the viewer's zone; null while they name none. */
export function readWhen({ date, time }: When): WallInstant | null {
  const day = parseDay(date)
  return day && instantAt(day, time)
}

interface WhenFieldsProps {
  value: When
  onChange: (value: When) => void
  now: Date
  /** Whether to point out what is missing. */
  checked: boolean
}

/** Date, time and duration, in the viewer's own time zone, with what is odd about them said beneath. */
export function WhenFields({ value, onChange, now, checked }: WhenFieldsProps) {
  const words = useVisitWords()
  const { format } = useTranslation()
  const read = readWhen(value)
  const choices = [...new Set([...durations, value.durationMinutes])]
  choices.sort((a, b) => a - b)
  return (
    <div>
      <div className="when-fields">
        <TextInput
          className="when-date"
          type="date"
          data-autofocus
          label={words.date}
          required
          withAsterisk={false}
          value={value.date}
          onChange={(event) => onChange({ ...value, date: event.currentTarget.value })}
          error={checked && parseDay(value.date) === null ? words.dateWrong : undefined}
        />
        <TextInput
          type="time"
          label={words.time}
          required
          withAsterisk={false}
          value={value.time}
          onChange={(event) => onChange({ ...value, time: event.currentTarget.value.slice(0, 5) })}
          error={checked && parseDay(value.date) !== null && read === null ? words.timeWrong : undefined}
        />
        <NativeSelect
          label={words.duration}
          value={String(value.durationMinutes)}
          onChange={(event) => onChange({ ...value, durationMinutes: Number(event.currentTarget.value) })}
          data={choices.map((minutes) => ({ value: String(minutes), label: words.minutes(minutes) }))}
        />
      </div>
      <output className="field-note">
        {read?.clockChange === 'skipped' && words.skipped(format.time(read.instant))}
        {read?.clockChange === 'repeated' && words.repeated}
        {read !== null && read.instant < now && words.inPast}
      </output>
      <p className="quiet">{words.zone(zoneName())}</p>
    </div>
  )
}

function zoneName(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone.replaceAll('_', ' ')
}
