import { useEffect, useRef, type ReactNode } from 'react'

let shown = false

/**
 * The heading of a page. Names the window, and takes the focus when one page follows another, so that people who
 * cannot see the change are told of it.
 * @param name what the window is called; never patient data, since history and task bars keep it.
 */
export function PageHeading({ name, children }: { name: string; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${name} · Curtain`
  }, [name])
  useEffect(() => {
    if (shown) heading.current?.focus()
    shown = true
  }, [])
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  )
}
