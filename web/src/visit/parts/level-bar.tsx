import { useLayoutEffect, useRef } from 'react'

/** A level meter. `subscribe` reports levels from 0 (silence) to 1; they go straight to the element, not through React. */
export function LevelBar({ label, subscribe }: { label: string; subscribe(listener: (level: number) => void): () => void }) {
  const meter = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const element = meter.current
    if (element === null) return
    return subscribe((level) => {
      const bounded = Math.min(1, Math.max(0, level))
      element.style.setProperty('--level', String(bounded))
      element.setAttribute('aria-valuenow', String(Math.round(bounded * 100)))
    })
  }, [subscribe])
  return (
    <div ref={meter} className="level-bar" role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={0}>
      <div className="level-bar-fill" />
    </div>
  )
}
