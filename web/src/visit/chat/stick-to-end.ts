import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'

/** This near to the end, in CSS pixels, counts as being there. */
const nearPx = 40

interface Sticking {
  list: RefObject<HTMLDivElement | null>
  /** Something came below what is seen. */
  missed: boolean
  toEnd: () => void
}

/**
 * Keeps a list that grows at its end scrolled there, unless the reader has scrolled back.
 * @param last names its last entry
 * @param always whether that must be seen anyway: one's own words
 */
export function useStickToEnd(last: number, always: boolean): Sticking {
  const list = useRef<HTMLDivElement>(null)
  const lastSeen = useRef(last)
  const atEnd = useRef(true)
  const [missed, setMissed] = useState(false)

  const toEnd = useCallback(() => list.current?.scrollTo({ top: list.current.scrollHeight }), [])

  useLayoutEffect(() => {
    if (lastSeen.current === last) return
    lastSeen.current = last
    if (atEnd.current || always) toEnd()
    // What is below the edge is known only once it is laid out.
    // oxlint-disable-next-line react/set-state-in-effect
    else setMissed(true)
  }, [last, always, toEnd])

  useEffect(() => {
    const element = list.current
    if (element === null) return undefined
    const look = () => {
      atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < nearPx
      if (atEnd.current) setMissed(false)
    }
    // At first, and when a keyboard slides in and takes room away: what was the end must stay in sight.
    const observer = new ResizeObserver(() => {
      if (atEnd.current) toEnd()
    })
    element.addEventListener('scroll', look, { passive: true })
    observer.observe(element)
    return () => {
      element.removeEventListener('scroll', look)
      observer.disconnect()
    }
  }, [toEnd])

  return { list, missed, toEnd }
}
