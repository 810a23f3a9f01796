import { z } from 'zod'
import type { QualityFigures } from './quality.ts'
import type { TransportDiagnostics } from './types.ts'

/** The entries of a WebRTC statistics report that are used here (Identifiers for WebRTC's Statistics API). */
const statsEntry = z.object({
  id: z.string(),
  type: z.string(),
  kind: z.string().optional(),
  // transport
  bytesReceived: z.number().optional(),
  dtlsState: z.string().optional(),
  srtpCipher: z.string().optional(),
  selectedCandidatePairId: z.string().optional(),
  // candidate-pair
  localCandidateId: z.string().optional(),
  nominated: z.boolean().optional(),
  state: z.string().optional(),
  responsesReceived: z.number().optional(),
  currentRoundTripTime: z.number().optional(),
  availableOutgoingBitrate: z.number().optional(),
  // local-candidate, remote-candidate
  protocol: z.string().optional(),
  // inbound-rtp, outbound-rtp, remote-inbound-rtp
  packetsReceived: z.number().optional(),
  packetsSent: z.number().optional(),
  bytesSent: z.number().optional(),
  packetsLost: z.number().optional(),
  fractionLost: z.number().optional(),
  roundTripTime: z.number().optional(),
  jitter: z.number().optional(),
  totalFreezesDuration: z.number().optional(),
  trackIdentifier: z.string().optional(),
  framesReceived: z.number().optional(),
  active: z.boolean().optional(),
  frameWidth: z.number().optional(),
  frameHeight: z.number().optional(),
  framesPerSecond: z.number().optional(),
})
type StatsEntry = z.infer<typeof statsEntry>

/** One look at one transport. Counters count from its start. */
export interface TransportSample extends TransportDiagnostics {
  /** RTP and RTCP that came in; any of it is a sign of life. */
  bytesReceived: number
  /** Answers to connectivity checks, by candidate pair: the sign of life of a path on which nothing is said. */
  checkAnswers: ReadonlyMap<string, number>
  packetsReceived: number
  /** Whole pictures that came in, by the id of their track. */
  framesReceived: ReadonlyMap<string, number>
  lossSent: number | null
  jitterMs: number | null
  freezeMs: number
  videoBytesSent: number
}

/** Reads a browser's report; what it leaves out is null or 0. */
export function readTransportStats(report: RTCStatsReport): TransportSample {
  const entries = new Map<string, StatsEntry>()
  report.forEach((value: unknown) => {
    const entry = statsEntry.safeParse(value)
    if (entry.success) entries.set(entry.data.id, entry.data)
  })
  const of = (type: string) => [...entries.values()].filter((entry) => entry.type === type)
  const sum = (list: StatsEntry[], read: (entry: StatsEntry) => number | undefined) =>
    list.reduce((total, entry) => total + (read(entry) ?? 0), 0)
  const largest = (list: StatsEntry[], read: (entry: StatsEntry) => number | undefined) =>
    list.reduce<number | null>((most, entry) => {
      const value = read(entry)
      return value === undefined ? most : Math.max(most ?? value, value)
    }, null)

  const transport = of('transport')[0]
  const pairs = of('candidate-pair')
  // Firefox has no entry for the transport; there the nominated pair is the one in use.
  const pair =
    entries.get(transport?.selectedCandidatePairId ?? '') ??
    pairs.find(({ nominated, state }) => nominated === true && state === 'succeeded')
  const inbound = of('inbound-rtp')
  const outbound = of('outbound-rtp')
  const reported = of('remote-inbound-rtp')
  const video = outbound.filter(({ kind }) => kind === 'video')
  const shown = [...video, ...inbound.filter(({ kind }) => kind === 'video')]
    .filter(({ framesPerSecond }) => (framesPerSecond ?? 0) > 0)
    .toSorted((a, b) => (b.frameWidth ?? 0) - (a.frameWidth ?? 0))[0]
  const roundTrip = pair?.currentRoundTripTime ?? largest(reported, ({ roundTripTime }) => roundTripTime) ?? null
  const jitter = largest([...inbound, ...reported], (entry) => entry.jitter)

  return {
    protocol: entries.get(pair?.localCandidateId ?? '')?.protocol ?? null,
    srtpCipher: transport?.srtpCipher ?? null,
    dtlsState: transport?.dtlsState ?? null,
    roundTripMs: roundTrip === null ? null : roundTrip * 1000,
    availableOutgoingBitrate: pair?.availableOutgoingBitrate ?? null,
    packetsLost: sum([...inbound, ...reported], ({ packetsLost }) => packetsLost),
    packets: sum(inbound, ({ packetsReceived }) => packetsReceived) + sum(outbound, ({ packetsSent }) => packetsSent),
    frameWidth: shown?.frameWidth ?? null,
    frameHeight: shown?.frameHeight ?? null,
    framesPerSecond: shown?.framesPerSecond ?? null,
    bytesReceived: transport?.bytesReceived ?? sum(pairs, ({ bytesReceived }) => bytesReceived),
    checkAnswers: new Map(pairs.map(({ id, responsesReceived }) => [id, responsesReceived ?? 0])),
    packetsReceived: sum(inbound, ({ packetsReceived }) => packetsReceived),
    framesReceived: new Map(inbound.map(({ trackIdentifier, framesReceived }) => [trackIdentifier ?? '', framesReceived ?? 0])),
    lossSent: largest(reported, ({ fractionLost }) => fractionLost),
    jitterMs: jitter === null ? null : jitter * 1000,
    freezeMs: sum(inbound, ({ totalFreezesDuration }) => totalFreezesDuration) * 1000,
    videoBytesSent: sum(video, ({ bytesSent }) => bytesSent),
  }
}

/** Of a sample, what somebody who looks into a problem may see: no addresses, no ids. */
export function diagnosticsOf(sample: TransportSample): TransportDiagnostics {
  const { protocol, srtpCipher, dtlsState, roundTripMs, availableOutgoingBitrate } = sample
  const { packetsLost, packets, frameWidth, frameHeight, framesPerSecond } = sample
  return {
    protocol,
    srtpCipher,
    dtlsState,
    roundTripMs,
    availableOutgoingBitrate,
    packetsLost,
    packets,
    frameWidth,
    frameHeight,
    framesPerSecond,
  }
}

export interface SamplePair {
  send: TransportSample
  receive: TransportSample
  /** Milliseconds. */
  at: number
}

/** What happened between two looks. */
export function figuresBetween(before: SamplePair, after: SamplePair): QualityFigures {
  const elapsedMs = Math.max(1, after.at - before.at)
  const received = after.receive.packetsReceived - before.receive.packetsReceived
  const lost = Math.max(0, after.receive.packetsLost - before.receive.packetsLost)
  const roundTrips = [after.send.roundTripMs, after.receive.roundTripMs].filter((value) => value !== null)
  const jitters = [after.send.jitterMs, after.receive.jitterMs].filter((value) => value !== null)
  const videoBitrate = ((after.send.videoBytesSent - before.send.videoBytesSent) * 8000) / elapsedMs
  return {
    roundTripMs: roundTrips.length === 0 ? null : Math.max(...roundTrips),
    // A handful of packets says nothing.
    lossReceived: received + lost < 20 ? null : lost / (received + lost),
    lossSent: after.send.lossSent,
    jitterMs: jitters.length === 0 ? null : Math.max(...jitters),
    frozen: Math.min(1, Math.max(0, after.receive.freezeMs - before.receive.freezeMs) / elapsedMs),
    // The estimate follows what is sent: it means something only while a picture is.
    availableBitrate: videoBitrate < 100_000 ? null : after.send.availableOutgoingBitrate,
  }
}
