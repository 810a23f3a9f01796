import { Button } from '@mantine/core'
import type { ReactNode } from 'react'

/** Ways to go instead, below the one that is offered first. */
export function OtherWays({ label, children }: { label?: string; children: ReactNode }) {
  return (
    <div className="other-ways">
      {label !== undefined && <p className="quiet">{label}</p>}
      {children}
    </div>
  )
}

export function OtherWay({ children, onClick }: { children: ReactNode; onClick: () => void }) {
  return (
    <Button variant="subtle" size="compact-md" onClick={onClick}>
      {children}
    </Button>
  )
}
