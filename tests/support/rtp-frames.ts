/** One encoded frame, as the packets carried it. */
export interface EncodedFrame {
  data: Buffer
  /** RTP clock. */
  timestamp: number
}

/** By VP8's first bit (RFC 6386 §9.1), which the encrypted layout keeps in its synthetic byte. */
export function isKeyFrame({ data }: EncodedFrame): boolean {
  return ((data[0] ?? 1) & 1) === 0
}

interface Packet {
  payload: Buffer
  timestamp: number
  marker: boolean
  sequence: number
}

/** RFC 3550 §5.1. */
function readRtp(packet: Buffer): Packet {
  const first = packet[0] ?? 0
  let start = 12 + (first & 0x0f) * 4
  if ((first & 0x10) !== 0) start += 4 + packet.readUInt16BE(start + 2) * 4
  const padding = (first & 0x20) === 0 ? 0 : (packet.at(-1) ?? 0)
  return {
    payload: packet.subarray(start, packet.length - padding),
    timestamp: packet.readUInt32BE(4),
    marker: ((packet[1] ?? 0) & 0x80) !== 0,
    sequence: packet.readUInt16BE(2),
  }
}

/** An Opus packet is a frame (RFC 7587). */
export function opusFrames(): (packet: Buffer) => EncodedFrame | null {
  return (packet) => {
    const { payload, timestamp } = readRtp(packet)
    return payload.length === 0 ? null : { data: payload, timestamp }
  }
}

/** Puts VP8 frames together (RFC 7741 §4.2); one of which a packet is missing is left out. */
export function vp8Frames(): (packet: Buffer) => EncodedFrame | null {
  let parts: Buffer[] = []
  let next: number | null = null
  return (packet) => {
    const { payload, timestamp, marker, sequence } = readRtp(packet)
    if (payload.length === 0) return null
    const first = payload[0] ?? 0
    const isStart = (first & 0x10) !== 0 && (first & 0x07) === 0
    if (isStart) parts = []
    else if (next !== sequence) next = null
    if (isStart || next !== null) parts.push(payload.subarray(descriptorLength(payload)))
    next = isStart || next !== null ? (sequence + 1) & 0xffff : null
    if (!marker || next === null) return null
    next = null
    return { data: Buffer.concat(parts), timestamp }
  }
}

function descriptorLength(payload: Buffer): number {
  if (((payload[0] ?? 0) & 0x80) === 0) return 1
  const extension = payload[1] ?? 0
  let length = 2
  if ((extension & 0x80) !== 0) length += ((payload[length] ?? 0) & 0x80) !== 0 ? 2 : 1
  if ((extension & 0x40) !== 0) length += 1
  if ((extension & 0x30) !== 0) length += 1
  return length
}
