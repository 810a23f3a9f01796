import { useTranslation } from '../../i18n/translation.tsx'
import { parseDay, startOf } from '../time/calendar-day.ts'

/** Writes a birth date as the language does. It is a day of the calendar, the same in every time zone. */
export function useBirthDay(): (birthDate: string) => string {
  const { format } = useTranslation()
  return (birthDate) => {
    const day = parseDay(birthDate)
    return day === null ? birthDate : format.date(startOf(day))
  }
}
