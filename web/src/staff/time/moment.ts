/** A moment on this device by both its clocks: the one may be set back, the other may stand still while it sleeps. */
export interface Moment {
  wallMs: number
  steadyMs: number
}

export const thisMoment = (): Moment => ({ wallMs: Date.now(), steadyMs: performance.now() })

/** How much time passed between two moments, by whichever clock saw more of it. */
export function msBetween(earlier: Moment, later: Moment): number {
  return Math.max(later.wallMs - earlier.wallMs, later.steadyMs - earlier.steadyMs, 0)
}
