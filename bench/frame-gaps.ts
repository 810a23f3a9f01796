import type { Page } from 'playwright-core'

declare global {
  interface Window {
    /** The longest time between two pictures of somebody else, in milliseconds; asking starts anew. */
    takeLongestGap?: () => number
  }
}

/**
 * Runs inside a page, before its own scripts: notes when each picture of a remote video was presented. Self-contained,
 * because it is serialized into the page.
 */
export function installGapMeter(): void {
  let longest = 0
  const last = new WeakMap<HTMLVideoElement, number>()
  const watched = new WeakSet<HTMLVideoElement>()
  const watch = (video: HTMLVideoElement) => {
    video.requestVideoFrameCallback((now) => {
      const before = last.get(video)
      if (before !== undefined) longest = Math.max(longest, now - before)
      last.set(video, now)
      watch(video)
    })
  }
  const remoteTracks = new WeakSet<MediaStreamTrack>()
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      this.addEventListener('track', ({ track }) => remoteTracks.add(track))
    }
  }
  const isRemote = ({ srcObject }: HTMLVideoElement) =>
    srcObject instanceof MediaStream && srcObject.getVideoTracks().some((track) => remoteTracks.has(track))
  const look = () => {
    for (const video of document.querySelectorAll('video')) {
      if (watched.has(video) || !isRemote(video)) continue
      watched.add(video)
      watch(video)
    }
  }
  setInterval(look, 200)
  window.takeLongestGap = () => {
    const taken = longest
    longest = 0
    return taken
  }
}

/** The longest pause since this was asked last. */
export async function longestGap(page: Page): Promise<number> {
  return page.evaluate(() => window.takeLongestGap?.() ?? Number.NaN)
}
