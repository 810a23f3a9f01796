/** What one look at the connection found, over the time since the look before. Null: not known or nothing was sent. */
export interface QualityFigures {
  roundTripMs: number | null
  /** 0 … 1 of what was sent to us. */
  lossReceived: number | null
  /** 0 … 1 of what we sent, as the server reports. */
  lossSent: number | null
  jitterMs: number | null
  /** 0 … 1 of the time in which a picture stood still. */
  frozen: number | null
  /** Bits per second that the sender's estimator believes in. */
  availableBitrate: number | null
}

/** Bounds of excellent (4), good (3) and fair (2); worse than the last is poor (1). Judged by ear and eye. */
const bounds: Record<keyof QualityFigures, readonly [number, number, number]> = {
  roundTripMs: [150, 300, 600],
  lossReceived: [0.02, 0.05, 0.12],
  lossSent: [0.02, 0.05, 0.12],
  jitterMs: [30, 60, 120],
  frozen: [0.01, 0.1, 0.3],
  availableBitrate: [600_000, 300_000, 120_000],
}

function scoreOf(name: keyof QualityFigures, value: number): number {
  const isWorse = name === 'availableBitrate' ? (bound: number) => value < bound : (bound: number) => value > bound
  return 4 - bounds[name].filter(isWorse).length
}

/**
 * The quality of a connection, as good as its worst side: 4 excellent, 3 good, 2 fair, 1 poor, 0 no connection.
 * @param isFlowing whether anything comes through at all.
 */
export function qualityOf(figures: QualityFigures, isFlowing: boolean): number {
  if (!isFlowing) return 0
  const names = ['roundTripMs', 'lossReceived', 'lossSent', 'jitterMs', 'frozen', 'availableBitrate'] as const
  return Math.min(
    ...names.map((name) => {
      const value = figures[name]
      return value === null ? 4 : scoreOf(name, value)
    }),
  )
}
