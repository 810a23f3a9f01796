import type { Holder, SessionEndings } from './endings.ts'
import type { Standing } from './watch.ts'

/** How often it is asked whether what something is held open by is still good, beside being told. */
const everyMs = 20_000

export interface HoldingOptions {
  /** What has become of what somebody acts by. */
  standingOf: (holder: Holder) => Promise<Standing>
  endings: Pick<SessionEndings, 'onEnd'>
  /** Aborted when the server stops: what is held open would keep it from ever ending. */
  stopping: AbortSignal
}

/**
 * Holds an answer open no longer than the session or key that it was asked for with, or the server, lasts.
 * @returns the function that lets go of it
 */
export type Hold = (
  holder: Holder,
  on: {
    /** It is over: called once or more often. */
    over: () => void
    /** It is still good; now and then. */
    good?: () => void
  },
) => () => void

export function createHold({ standingOf, endings, stopping }: HoldingOptions): Hold {
  return (holder, { over, good = () => {} }) => {
    const look = () => void standingOf(holder).then((standing) => (standing === 'over' ? over() : good()), over)
    const looking = setInterval(look, everyMs)
    stopping.addEventListener('abort', over, { once: true })
    const unheard = endings.onEnd(holder, over)
    // It may have ended since it was asked for, before anybody listened.
    look()
    if (stopping.aborted) over()
    return () => {
      clearInterval(looking)
      unheard()
      stopping.removeEventListener('abort', over)
    }
  }
}
