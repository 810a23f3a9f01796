import { useLayoutEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react'
import { IconButton } from '../parts/button.tsx'
import { useVisitWords } from '../words/words.ts'
import type { Box } from './arrangement.ts'

interface Corner {
  right: boolean
  bottom: boolean
}

const margin = 8

/** One's own picture, small, in a corner of `area`: dragged, or moved by the arrow keys, to another corner. */
export function SelfView({ area, onTuck, children }: { area: Box; onTuck: () => void; children: ReactNode }) {
  const words = useVisitWords()
  const view = useRef<HTMLElement>(null)
  const grip = useRef<{ x: number; y: number } | null>(null)
  const [corner, setCorner] = useState<Corner>({ right: true, bottom: true })

  const tall = area.height > area.width
  useLayoutEffect(() => {
    const element = view.current
    if (element === null) return
    const long = Math.min(208, Math.max(104, Math.max(area.width, area.height) * 0.16))
    const width = tall ? long * 0.75 : long
    const height = tall ? long : long * 0.5625
    element.style.width = `${width}px`
    element.style.height = `${height}px`
    const x = area.x + (corner.right ? area.width - width - margin : margin)
    const y = area.y + (corner.bottom ? area.height - height - margin : margin)
    element.style.transform = `translate(${x}px, ${y}px)`
  }, [area.x, area.y, area.width, area.height, tall, corner])

  function onKeyDown(event: KeyboardEvent) {
    const change = {
      ArrowLeft: { right: false },
      ArrowRight: { right: true },
      ArrowUp: { bottom: false },
      ArrowDown: { bottom: true },
    }[event.key]
    if (change === undefined) return
    event.preventDefault()
    setCorner((before) => ({ ...before, ...change }))
  }

  function onPointerDown(event: PointerEvent<HTMLElement>) {
    if (event.target instanceof Element && event.target.closest('button') !== null) return
    grip.current = { x: event.clientX, y: event.clientY }
    event.currentTarget.setPointerCapture(event.pointerId)
  }

  function onPointerMove(event: PointerEvent<HTMLElement>) {
    if (grip.current === null) return
    const { style } = event.currentTarget
    style.translate = `${event.clientX - grip.current.x}px ${event.clientY - grip.current.y}px`
  }

  function onPointerEnd(event: PointerEvent<HTMLElement>) {
    if (grip.current === null) return
    grip.current = null
    const element = event.currentTarget
    const stage = element.parentElement?.getBoundingClientRect()
    const place = element.getBoundingClientRect()
    element.style.translate = ''
    if (stage === undefined) return
    const x = place.x + place.width / 2 - stage.x - area.x
    const y = place.y + place.height / 2 - stage.y - area.y
    setCorner({ right: x > area.width / 2, bottom: y > area.height / 2 })
  }

  return (
    // A thing that is moved has no role of its own in ARIA; the words say what the keys do.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      ref={view}
      className="self-view"
      aria-label={words.room.moveSelf}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerEnd}
      onPointerCancel={onPointerEnd}
    >
      {children}
      <IconButton className="self-view-tuck" label={words.room.tuck} icon="hide" size={16} onClick={onTuck} />
    </section>
  )
}
