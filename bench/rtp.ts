const headerBytes = 12
const largestPacketBytes = 1_400

/**
 * A stream of RTP packets (RFC 3550 §5.1) that look to a forwarding server like VP8 (RFC 7741). Every packet is a
 * whole key frame, so that a consumer may start anywhere and nobody has to answer key frame requests.
 */
export class PacketStream {
  readonly #packet = Buffer.alloc(largestPacketBytes, 0xa5)
  #sequence = 0
  #timestamp = 0

  constructor(ssrc: number, payloadType: number) {
    this.#packet[0] = 0x80 // version 2
    this.#packet[1] = 0x80 | payloadType // marker: the frame's last packet as well
    this.#packet.writeUInt32BE(ssrc, 8)
    this.#packet[headerBytes] = 0x10 // VP8 descriptor: start of partition 0
    this.#packet[headerBytes + 1] = 0 // VP8 header: key frame
  }

  /**
   * The next packet, in the same memory each time: it is to be sent before the next is asked for.
   * @param packetBytes with the RTP header, before SRTP adds its tag
   */
  next(packetBytes: number, packetsPerSecond: number): Buffer {
    this.#packet.writeUInt16BE(this.#sequence, 2)
    this.#packet.writeUInt32BE(Math.floor(this.#timestamp) % 2 ** 32, 4)
    this.#sequence = (this.#sequence + 1) % 2 ** 16
    this.#timestamp += 90_000 / packetsPerSecond
    return this.#packet.subarray(0, packetBytes)
  }
}

/** The sequence number of an RTP packet, or null for RTCP, which shares the port (RFC 5761 §4: types 64–95). */
export function sequenceOf(message: Buffer): number | null {
  const type = (message[1] ?? 0) & 0x7f
  if (message.length < headerBytes || (type >= 64 && type <= 95)) return null
  return message.readUInt16BE(2)
}

/** Counts what arrives of a stream against what its sequence numbers say was sent. */
export class ArrivalCount {
  #highest: number | null = null
  #highestAtMark: number | null = null
  #received = 0

  add(sequence: number): void {
    this.#received++
    if (this.#highest === null) this.#highest = sequence
    else {
      // Sequence numbers wrap after 65,535: less than half the circle ahead is newer (RFC 1982).
      const ahead = (sequence - this.#highest) & 0xffff
      if (ahead < 0x8000) this.#highest += ahead
    }
  }

  /** Begins a new window. */
  mark(): void {
    this.#highestAtMark = this.#highest
    this.#received = 0
  }

  /** Of the window. What is still on its way at its ends is one or two packets of thousands. */
  read(): { expected: number; received: number } {
    if (this.#highest === null) return { expected: 0, received: 0 }
    return { expected: this.#highest - (this.#highestAtMark ?? this.#highest), received: this.#received }
  }
}
