import { PeerConnection, type Track } from 'node-datachannel'
import { ArrivalCount, PacketStream, sequenceOf } from './rtp.ts'
import { sessionDescription, type StreamOffer } from './session-description.ts'

/**
 * One end of one media stream: real ICE, DTLS and SRTP, but no picture. It sends packets that look like video, or
 * counts those it receives. It does not adapt its rate, ask for lost packets again or send receiver reports.
 */
export class LoadClient {
  readonly #offer: StreamOffer
  readonly #connection: PeerConnection
  readonly #track: Promise<Track>
  readonly #connected: Promise<void>
  readonly #packets: PacketStream
  readonly #arrivals = new ArrivalCount()
  #sent = 0
  #refused = 0

  constructor(name: string, offer: StreamOffer) {
    this.#offer = offer
    this.#packets = new PacketStream(offer.ssrc, offer.payloadType)
    this.#connection = new PeerConnection(name, {
      iceServers: [],
      bindAddress: '127.0.0.1',
      disableAutoNegotiation: true,
      forceMediaTransport: true,
    })
    const { promise: connected, resolve, reject } = Promise.withResolvers<void>()
    this.#connected = connected
    connected.catch(() => {}) // told by `connected()`; it may fail before anybody asks
    this.#connection.onStateChange((state) => {
      if (state === 'connected') resolve()
      if (state === 'failed' || state === 'closed') reject(new Error(`the media connection ${state}`))
    })
    this.#track = new Promise((resolve) => {
      this.#connection.onTrack((track) => {
        // Without a listener the packets would queue up inside the library; a sender gets RTCP.
        track.onMessage((message) => {
          const sequence = sequenceOf(message)
          if (sequence !== null) this.#arrivals.add(sequence)
        })
        resolve(track)
      })
    })
    this.#connection.setRemoteDescription(sessionDescription(offer), 'offer')
    this.#connection.setLocalDescription('answer')
  }

  get sends(): boolean {
    return this.#offer.direction === 'send'
  }

  /** The SDP answer; the media server needs its DTLS fingerprint alone. */
  answer(): string {
    const description = this.#connection.localDescription()
    if (description === null) throw new Error('the client made no answer')
    return description.sdp
  }

  /** Resolves when packets can flow. */
  async connected(): Promise<void> {
    await this.#connected
  }

  /** Resolves with what sends so many packets at once. They go on from those sent before. */
  async sender(packetsPerSecond: number, packetBytes: number): Promise<(packets: number) => void> {
    const track = await this.#track
    return (packets) => {
      for (let i = 0; i < packets; i++) {
        if (track.sendMessageBinary(this.#packets.next(packetBytes, packetsPerSecond))) this.#sent++
        else this.#refused++
      }
    }
  }

  mark(): void {
    this.#arrivals.mark()
    this.#sent = 0
    this.#refused = 0
  }

  read(): { sent: number; refused: number; expected: number; received: number } {
    return { sent: this.#sent, refused: this.#refused, ...this.#arrivals.read() }
  }
}
