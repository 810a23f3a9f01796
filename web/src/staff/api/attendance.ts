import { msBetween, thisMoment } from '../time/moment.ts'

const uses = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'click', 'input'] as const
const attendedMs = 60_000

// Loading the page is a use of it too.
let lastUse = thisMoment()

/**
 * Calls back whenever a person does something on the page: by pointer, key, touch, or a tool that presses and types for them.
 * @param signal ends it
 */
export function onUse(listener: () => void, signal: AbortSignal): void {
  for (const use of uses) window.addEventListener(use, listener, { signal, passive: true, capture: true })
}

/** Begins to take note of whether somebody is at the page; for as long as the page is there. */
export function noteUses(): void {
  onUse(() => {
    lastUse = thisMoment()
  }, new AbortController().signal)
}

/** Whether a person has used the page within the last minute. */
export function isAttended(): boolean {
  return msBetween(lastUse, thisMoment()) < attendedMs
}
