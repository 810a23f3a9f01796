/** The best quality mark, and what is assumed before anything was measured. */
export const bestQuality = 4

/**
 * A participant's network quality, 0 none … 4 excellent, by mediasoup's scores of their streams (0 dead … 10 without
 * loss). A stream that scores 0 is not counted: one that has not begun, was switched off or is a layer not being sent
 * looks the same.
 * @param streams for each stream the scores of its layers
 */
export function qualityOfScores(streams: Iterable<readonly number[]>): number {
  let worst = 10
  for (const layers of streams) {
    const best = Math.max(0, ...layers)
    if (best > 0) worst = Math.min(worst, best)
  }
  if (worst >= 9) return bestQuality
  if (worst >= 7) return 3
  return worst >= 4 ? 2 : 1
}
