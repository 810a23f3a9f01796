import type { types } from 'mediasoup-client'
import type { Clock } from './clock.ts'
import { afterSample, judgeFlow, startOfFlow, type MediaFlow } from './media-flow.ts'
import type { MediaSession } from './media-session.ts'
import type { SignalConnection } from './signal-connection.ts'
import { readTransportStats, type SamplePair } from './transport-stats.ts'
import { VisitError } from './visit-error.ts'

export interface RecoveryOptions {
  signal: SignalConnection
  clock: Clock
  /** Whether packets should be coming in now. */
  isExpectingBytes(): boolean
  /** `isStalled` changed. */
  onChange(): void
  /** Restarting did not help, or the server has these transports no more: join again. */
  onHopeless(): void
  onSample(sample: SamplePair): void
}

const lookEveryMs = 300
/** Silence on both transports for this long makes us ask over signalling whether anything gets through. */
const probeAfterMs = 1000
/** How long a first connection may take. */
const connectMs = 5000
/** A look that comes this much later than it should means that the device slept. */
const sleptMs = 2500
const restartsBeforeJoin = 4

/** Wait between restarts that did not help: 2 s, 3 s, then 4.5 s, 5 s. */
const restartWaitMs = (restarts: number) => Math.min(5000, 2000 * 1.5 ** (restarts - 1))

/**
 * Watches whether media flows and restarts ICE when it does not. Browsers themselves notice only after five or six
 * seconds, so this looks at what comes in, twice a second.
 */
export class Recovery {
  readonly #options: RecoveryOptions
  #session: MediaSession | null = null
  #flow: MediaFlow = startOfFlow(0)
  #attachedAt = 0
  #lookedAt = 0
  #restarts = 0
  #restartedAt: number | null = null
  #isRestarting = false
  #isStalled = false
  #cancelLook: () => void = () => {}

  constructor(options: RecoveryOptions) {
    this.#options = options
  }

  /** Media does not flow and is being put right. */
  get isStalled(): boolean {
    return this.#isStalled
  }

  attach(session: MediaSession): void {
    const now = this.#options.clock.now()
    this.#cancelLook()
    this.#session = session
    this.#flow = startOfFlow(now)
    this.#attachedAt = now
    this.#lookedAt = now
    this.#restarts = 0
    this.#restartedAt = null
    this.#isRestarting = false
    this.#lookLater(session)
  }

  detach(): void {
    this.#cancelLook()
    this.#session = null
    this.#setStalled(false)
  }

  /** Another network: what goes on may look well until the old path is given up, so ICE starts anew at once. */
  networkChanged(): void {
    this.#restarts = 0
    void this.#restartIce()
  }

  /** Only now there can be something to hear: that nothing was heard before says nothing. */
  expectFromNow(): void {
    const now = this.#options.clock.now()
    this.#flow = { ...this.#flow, bytesAt: now }
  }

  /** Signalling is back after a drop: what broke it may have broken the media. */
  signallingResumed(): void {
    if (!this.#isStalled) return
    this.#restarts = 0
    void this.#restartIce()
  }

  /** The page is shown again or the device woke: what was seen before says nothing. */
  lookNow(): void {
    const session = this.#session
    if (session === null) return
    this.#options.signal.probe()
    void this.#look(session)
  }

  #lookLater(session: MediaSession): void {
    this.#cancelLook = this.#options.clock.after(lookEveryMs, () => {
      this.#lookLater(session)
      void this.#look(session)
    })
  }

  async #look(session: MediaSession): Promise<void> {
    const { clock, signal } = this.#options
    const now = clock.now()
    const hasSlept = now - this.#lookedAt > sleptMs
    this.#lookedAt = now
    const reports = await Promise.all([session.send.getStats(), session.receive.getStats()]).catch(() => null)
    if (reports === null || session !== this.#session) return
    const [send, receive] = reports
    const sample = { send: readTransportStats(send), receive: readTransportStats(receive), at: now }
    this.#flow = afterSample(this.#flow, sample)
    this.#options.onSample(sample)

    if (hasSlept) {
      signal.probe()
      // Half a second to hear something before it counts as silence.
      this.#flow = { ...this.#flow, bytesAt: Math.max(this.#flow.bytesAt, now - probeAfterMs), answersAt: now }
    } else if (now - this.#flow.bytesAt >= probeAfterMs) signal.probe()

    const verdict = judgeFlow(
      this.#flow,
      {
        isExpectingBytes: this.#options.isExpectingBytes(),
        isBroken: [session.send, session.receive].some((transport) => this.#isBroken(transport, now)),
        restartedAt: this.#restartedAt,
      },
      now,
    )
    if (verdict === 'quiet') this.#flow = { ...this.#flow, isQuiet: true }
    this.#setStalled(verdict === 'stalled')
    if (verdict !== 'stalled') this.#restarts = 0
    else if (this.#isTimeToRestart(now)) await this.#restartIce()
  }

  #isBroken({ connectionState }: types.Transport, now: number): boolean {
    if (connectionState === 'disconnected' || connectionState === 'failed') return true
    return connectionState === 'connecting' && now - Math.max(this.#attachedAt, this.#restartedAt ?? 0) > connectMs
  }

  #isTimeToRestart(now: number): boolean {
    if (this.#isRestarting) return false
    if (this.#restartedAt === null || this.#restarts === 0) return true
    return now - this.#restartedAt >= restartWaitMs(this.#restarts)
  }

  async #restartIce(): Promise<void> {
    const session = this.#session
    if (session === null || this.#isRestarting) return
    if (this.#restarts >= restartsBeforeJoin) {
      this.#options.onHopeless()
      return
    }
    this.#isRestarting = true
    try {
      // Without signalling these wait for it, and go out as soon as it is back.
      await Promise.all([session.send, session.receive].map((transport) => this.#restartTransport(transport)))
      if (session !== this.#session) return
      this.#restarts += 1
      this.#restartedAt = this.#options.clock.now()
    } catch (error) {
      if (session !== this.#session) return
      if (error instanceof VisitError && (error.code === 'media-not-found' || error.code === 'not-joined')) {
        this.#options.onHopeless()
      } else {
        this.#restarts += 1
        this.#restartedAt = this.#options.clock.now()
      }
    } finally {
      if (session === this.#session) this.#isRestarting = false
    }
  }

  async #restartTransport(transport: types.Transport): Promise<void> {
    // Nothing was ever sent on it: there is nothing to restart.
    if (transport.closed || transport.connectionState === 'new') return
    const { iceParameters } = await this.#options.signal.request('transport.restart-ice', { transportId: transport.id })
    if (!transport.closed) await transport.restartIce({ iceParameters })
  }

  #setStalled(isStalled: boolean): void {
    if (isStalled === this.#isStalled) return
    this.#isStalled = isStalled
    this.#options.onChange()
  }
}
