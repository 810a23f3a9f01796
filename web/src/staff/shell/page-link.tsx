import type { ComponentProps } from 'react'
import { navigate } from '../router/location.ts'

/** A link to a page of the console, which opens without loading anything, or in another tab where that is asked for. */
export function PageLink({ to, children, ...rest }: { to: string } & Omit<ComponentProps<'a'>, 'href' | 'onClick'>) {
  return (
    <a
      {...rest}
      href={to}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return
        event.preventDefault()
        navigate(to)
      }}
    >
      {children}
    </a>
  )
}
