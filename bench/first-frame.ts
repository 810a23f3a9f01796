import type { Page } from 'playwright-core'

/** What a page noticed by itself. Times in milliseconds since 1970, by the page's own monotonic clock. */
interface PageTimes {
  navigatedAt: number
  /** The last press of a button. */
  clickedAt: number | null
  /** When the first picture of somebody else was on the screen. */
  firstFrameAt: number | null
  firstFrame: string | null
  /** What the camera was opened with. */
  camera: string | null
}

declare global {
  interface Window {
    pageTimes?: PageTimes
  }
}

/**
 * Runs inside a page, before its own scripts: notes clicks, the camera's resolution, and the first frame of a remote
 * video that is painted. Self-contained, because it is serialized into the page.
 */
export function installPageTimes(): void {
  if (location.protocol === 'about:') return
  const times: PageTimes = {
    navigatedAt: performance.timeOrigin,
    clickedAt: null,
    firstFrameAt: null,
    firstFrame: null,
    camera: null,
  }
  window.pageTimes = times
  window.addEventListener('click', (event) => (times.clickedAt = performance.timeOrigin + event.timeStamp), true)

  const remoteTracks = new Set<string>()
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      this.addEventListener('track', ({ track }) => remoteTracks.add(track.id))
    }
  }

  const srcObject = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject')
  const setSrcObject = srcObject?.set
  if (srcObject === undefined || setSrcObject === undefined) throw new Error('this browser shows no streams')
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    ...srcObject,
    set(this: HTMLMediaElement, stream: MediaProvider | null) {
      setSrcObject.call(this, stream)
      const isRemote = stream instanceof MediaStream && stream.getVideoTracks().some(({ id }) => remoteTracks.has(id))
      if (!isRemote || !(this instanceof HTMLVideoElement)) return
      this.requestVideoFrameCallback((_now, { expectedDisplayTime, width, height }) => {
        times.firstFrameAt ??= performance.timeOrigin + expectedDisplayTime
        times.firstFrame ??= `${width}×${height}`
      })
    },
  })

  const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const stream = await getUserMedia(constraints)
    const settings = stream.getVideoTracks()[0]?.getSettings()
    if (settings !== undefined) times.camera = `${settings.width}×${settings.height}`
    return stream
  }
}

/**
 * Runs inside a page, before its own scripts: presses each of these buttons once, as soon as it can be pressed, as a
 * person would who never hesitates. Self-contained like the above.
 */
export function pressWhenPossible({ buttons }: { buttons: readonly string[] }): void {
  const pressed = new Set<string>()
  const pressNext = () => {
    for (const button of document.querySelectorAll('button')) {
      const text = button.textContent.trim()
      if (!buttons.includes(text) || pressed.has(text) || button.disabled || button.ariaDisabled === 'true') continue
      pressed.add(text)
      button.click()
    }
    if (pressed.size < buttons.length) requestAnimationFrame(pressNext)
  }
  pressNext()
}

/** Resolves when the page shows the first picture of somebody else. */
export async function firstFrame(page: Page): Promise<PageTimes & { firstFrameAt: number }> {
  await page.waitForFunction(() => (window.pageTimes?.firstFrameAt ?? null) !== null, undefined, { polling: 50 })
  const times = await pageTimes(page)
  return { ...times, firstFrameAt: times.firstFrameAt ?? Number.NaN }
}

export async function pageTimes(page: Page): Promise<PageTimes> {
  const times = await page.evaluate(() => window.pageTimes)
  if (times === undefined) throw new Error('the page was opened without its clock')
  return times
}
