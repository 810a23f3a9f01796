/** One receiver of a video: whether it asked to have it paused, and the largest layer it wants (null: the best). */
export interface Watcher {
  paused: boolean
  preferredLayer: number | null
}

/**
 * The highest spatial layer that somebody watches; null when nobody does. What is above it need not be encoded.
 * @param topLayer the highest layer the sender has, from 0
 */
export function watchedLayer(topLayer: number, watchers: Iterable<Watcher>): number | null {
  let highest: number | null = null
  for (const watcher of watchers) {
    if (watcher.paused) continue
    highest = Math.max(highest ?? 0, Math.min(watcher.preferredLayer ?? topLayer, topLayer))
  }
  return highest
}
