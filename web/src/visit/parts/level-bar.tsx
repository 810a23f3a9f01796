import { useLayoutEffect, useRef } from 'react'

/** A level meter. `subscribe` reports levels from 0 (silence) to 1; they go straight to the element, not through React. */
export function LevelBar({ label, subscribe }: { label: string; subscribe: (listener: (level: number) => void) => () => void }) {
  const meter = useRef<HTMLMeterElement>(null)
  useLayoutEffect(() => {
    const element = meter.current
    if (element === null) return undefined
    return subscribe((level) => {
      element.value = Math.min(1, Math.max(0, level))
      element.style.setProperty('--level', element.value.toFixed(3))
    })
  }, [subscribe])
  return <meter ref={meter} className="level-bar" aria-label={label} min={0} max={1} />
}
