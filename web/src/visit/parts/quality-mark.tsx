import { useVisitWords } from '../words/words.ts'

const bars = [1, 2, 3, 4]

/** How good a person's connection is: bars to see, words to hear. `quality` is 0 (none) to 4 (very good). */
export function QualityMark({ quality }: { quality: number }) {
  const words = useVisitWords()
  const level = Math.min(4, Math.max(0, Math.round(quality)))
  const label = words.room.quality[level] ?? ''
  return (
    <span className="quality" title={label} data-quality={level}>
      <span className="visually-hidden">{label}</span>
      {bars.map((bar) => (
        <span key={bar} className={bar <= level ? 'quality-bar quality-bar-on' : 'quality-bar'} />
      ))}
    </span>
  )
}
