import { useState } from 'react'
import { useAnnouncer } from '../shell/announcer.tsx'
import { useOpener } from '../shell/use-opener.ts'

/** Which dialog of a section is open; the focus goes back to where it came from, and what was done is said in passing. */
export function useDialog<Open>() {
  const say = useAnnouncer()
  const opener = useOpener()
  const [open, setOpen] = useState<Open | null>(null)
  return {
    open,
    show: (wanted: Open) => {
      opener.remember()
      setOpen(wanted)
    },
    close: () => {
      opener.giveBack({ leaving: false })
      setOpen(null)
    },
    done: (said: string) => {
      opener.giveBack({ leaving: false })
      setOpen(null)
      say(said)
    },
  }
}
