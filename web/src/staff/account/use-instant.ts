import { useTranslation } from '../../i18n/translation.tsx'

/** Writes an instant of the server's as a date and a time. */
export function useInstant(): (instant: string) => string {
  const { format } = useTranslation()
  return (instant) => {
    const at = new Date(instant)
    return `${format.date(at)}, ${format.time(at)}`
  }
}
