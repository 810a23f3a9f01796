import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { readPictureFacts } from './picture-facts.ts'
import { installSyntheticMedia, readTones, readTransports, readVideos, type TransportFacts, watchPeerConnections } from './synthetic-media.ts'

const candidates = [process.env['CURTAIN_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/google-chrome']

/** The system's Chromium with devices of our own making. */
export async function launchChromium(extraArguments: string[] = []): Promise<Browser> {
  const executablePath = candidates.find((path) => path !== undefined && existsSync(path))
  if (executablePath === undefined) throw new Error('Chromium is not installed: apt-get install chromium')
  return await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox', // the sandbox does not start as root, and CI runs as root
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
      // Addresses as they are; and no page of the browser's own beside each window, which costs a fifth of the tests' time.
      '--disable-features=WebRtcHideLocalIpsWithMdns,WebUIOmniboxPopup,WebUIOmniboxAimPopup',
      ...extraArguments,
    ],
  })
}

export interface PersonOptions {
  /** 0 to 3: the color code and tone of this person; their second camera and microphone have 4 more. */
  sender: number
  viewport?: { width: number; height: number }
  phone?: boolean
  locale?: string
  colorScheme?: 'light' | 'dark'
  /** A drawn person instead of the color code, for pictures that people look at. */
  portrait?: boolean
  /** Where they are, as a reverse proxy would tell; for a Curtain that trusts one on this machine. */
  address?: string
  /** Leaves the browser's own fake devices in place. */
  browserDevices?: boolean
}

/** A time zone in which it is about noon now: what a day's page shows must not depend on how near midnight tests run. */
function zoneAtNoon(now: Date): string {
  const hoursAhead = 12 - now.getUTCHours()
  // POSIX signs: Etc/GMT-5 is five hours ahead of UTC.
  return `Etc/GMT${hoursAhead > 0 ? '-' : '+'}${Math.abs(hoursAhead)}`
}

export const phoneViewport = { width: 390, height: 844 }
export const screenCode = 7
/** Until a wait is given up: many times what it takes, as a machine may be busy with much else. Nothing waits this long that comes. */
const patienceMs = 90_000

/** Somebody at a browser of their own: cookies, storage and devices are not shared with anybody. */
export class Person implements AsyncDisposable {
  readonly context: BrowserContext
  readonly page: Page
  /** Every URL requested and everything said on the console. */
  readonly requests: string[] = []
  readonly console: string[] = []

  private constructor(context: BrowserContext, page: Page) {
    this.context = context
    this.page = page
    context.on('request', (request) => this.requests.push(request.url()))
    context.on('console', (message) => this.console.push(message.text()))
    context.on('weberror', (error) => this.console.push(String(error.error())))
  }

  static async open(browser: Browser, options: PersonOptions): Promise<Person> {
    const context = await browser.newContext({
      viewport: options.viewport ?? (options.phone === true ? phoneViewport : { width: 1280, height: 800 }),
      locale: options.locale ?? 'en-US',
      timezoneId: zoneAtNoon(new Date()),
      colorScheme: options.colorScheme ?? 'light',
      ...(options.phone === true ? { isMobile: true, hasTouch: true, deviceScaleFactor: 2 } : {}),
      permissions: ['camera', 'microphone'],
      ...(options.address === undefined ? {} : { extraHTTPHeaders: { 'x-forwarded-for': options.address } }),
    })
    if (options.browserDevices !== true) {
      await context.addInitScript(installSyntheticMedia, {
        sender: options.sender,
        screen: screenCode,
        portrait: options.portrait ?? false,
      })
    }
    context.setDefaultTimeout(patienceMs)
    await context.addInitScript(watchPeerConnections)
    return new Person(context, await context.newPage())
  }

  /** Waits until this page shows the moving picture of exactly these senders, its own among them. */
  async sees(...senders: number[]): Promise<void> {
    // Ten frames of the page are two of a sender's, who sends 15/s. A busy machine sends fewer: each look takes longer than the last.
    let frames = 10
    await this.#eventually(`sees ${senders.join(', ')}`, async () => {
      const before = await this.page.evaluate(readVideos)
      // A picture is one that moves, so it is looked at twice.
      await this.page.evaluate(async (count) => {
        for (let frame = 0; frame < count; frame++) await new Promise(requestAnimationFrame)
      }, frames)
      frames = Math.min(2 * frames, 120)
      const after = await this.page.evaluate(readVideos)
      const moving = after.filter(({ sender, frame }) => before.some((earlier) => earlier.sender === sender && earlier.frame !== frame))
      return [...new Set(moving.map(({ sender }) => sender))].toSorted((a, b) => a - b)
    }, senders)
  }

  /** Waits until this page shows as many moving pictures. */
  async seesPictures(count: number): Promise<void> {
    await this.page.waitForFunction(
      (wanted) => [...document.querySelectorAll('video')].filter((video) => video.currentTime > 0).length === wanted,
      count,
    )
  }

  /** Waits until this page plays the tones of exactly these senders. */
  async hears(...senders: number[]): Promise<void> {
    await this.#eventually(`hears ${senders.join(', ')}`, async () => await this.page.evaluate(readTones), senders)
  }

  /** What this page's media runs over now, one for each open transport. */
  async transports(): Promise<TransportFacts[]> {
    return await this.page.evaluate(readTransports)
  }

  async #eventually(what: string, read: () => Promise<number[]>, expected: number[]): Promise<void> {
    const wanted = expected.toSorted((a, b) => a - b).join()
    const deadline = Date.now() + patienceMs
    let last: number[] = []
    while (Date.now() < deadline) {
      last = await read()
      if (last.join() === wanted) return
    }
    const facts = await this.page.evaluate(readPictureFacts)
    throw new Error(`expected that ${new URL(this.page.url()).pathname} ${what}, but it was ${last.join(', ') || 'nobody'}: ${facts}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close()
  }
}
