import { expect, test } from 'vitest'
import {
  diagnosticsOf,
  figuresBetween,
  readTransportStats,
  type SamplePair,
  type TransportSample,
} from './transport-stats.ts'

function report(...entries: object[]): RTCStatsReport {
  return new Map(entries.map((entry, index) => [`${index}`, { id: `${index}`, timestamp: 1, ...entry }]))
}

/** As Chromium reports a receiving transport, shortened. */
const chromium = report(
  {
    type: 'transport',
    bytesReceived: 5000,
    dtlsState: 'connected',
    srtpCipher: 'AEAD_AES_256_GCM',
    selectedCandidatePairId: 'pair',
  },
  {
    type: 'candidate-pair',
    id: 'pair',
    localCandidateId: 'local',
    state: 'succeeded',
    nominated: true,
    responsesReceived: 4,
    currentRoundTripTime: 0.042,
  },
  { type: 'candidate-pair', id: 'spare', localCandidateId: 'other', state: 'waiting', responsesReceived: 0 },
  { type: 'local-candidate', id: 'local', protocol: 'tcp', address: '192.0.2.7' },
  { type: 'inbound-rtp', kind: 'audio', packetsReceived: 100, packetsLost: 1, jitter: 0.004 },
  {
    type: 'inbound-rtp',
    kind: 'video',
    packetsReceived: 300,
    packetsLost: 3,
    jitter: 0.012,
    frameWidth: 640,
    frameHeight: 360,
    framesPerSecond: 30,
    totalFreezesDuration: 0.5,
    trackIdentifier: 'face',
    framesReceived: 290,
  },
)

test('reads the path, the cipher and what came in', () => {
  expect(readTransportStats(chromium)).toMatchObject({
    protocol: 'tcp',
    srtpCipher: 'AEAD_AES_256_GCM',
    dtlsState: 'connected',
    roundTripMs: 42,
    bytesReceived: 5000,
    packetsReceived: 400,
    packetsLost: 4,
    jitterMs: 12,
    freezeMs: 500,
    frameWidth: 640,
  })
  expect(readTransportStats(chromium).framesReceived.get('face')).toBe(290)
  expect(readTransportStats(chromium).checkAnswers).toEqual(new Map([['pair', 4], ['spare', 0]]))
})

test('a browser without an entry for the transport is read by its nominated pair', () => {
  const firefox = report(
    {
      type: 'candidate-pair',
      id: 'pair',
      localCandidateId: 'local',
      state: 'succeeded',
      nominated: true,
      bytesReceived: 700,
    },
    { type: 'local-candidate', id: 'local', protocol: 'udp' },
  )
  const sample = readTransportStats(firefox)
  expect(sample).toMatchObject({ protocol: 'udp', bytesReceived: 700, srtpCipher: null, roundTripMs: null })
})

test('entries of an unknown shape are left out', () => {
  expect(readTransportStats(report({ type: 7 }, { type: 'transport', bytesReceived: 'many' })).bytesReceived).toBe(0)
})

test('diagnostics hold no address and no id', () => {
  const text = JSON.stringify(diagnosticsOf(readTransportStats(chromium)))
  expect(text).not.toContain('192.0.2.7')
  expect(text).not.toContain('local')
})

const empty: TransportSample = readTransportStats(report())
function pair(at: number, send: Partial<TransportSample>, receive: Partial<TransportSample>): SamplePair {
  return { at, send: { ...empty, ...send }, receive: { ...empty, ...receive } }
}

test('loss and standing pictures are those of the time between, not of the whole visit', () => {
  const before = pair(0, {}, { packetsReceived: 1000, packetsLost: 500, freezeMs: 9000 })
  const after = pair(2000, {}, { packetsReceived: 1090, packetsLost: 510, freezeMs: 9500 })
  expect(figuresBetween(before, after)).toMatchObject({ lossReceived: 0.1, frozen: 0.25 })
})

test('a few packets say nothing about loss, and no picture nothing about the bit rate', () => {
  const before = pair(0, { availableOutgoingBitrate: 50_000 }, {})
  const after = pair(2000, { availableOutgoingBitrate: 50_000 }, { packetsReceived: 3, packetsLost: 3 })
  expect(figuresBetween(before, after)).toMatchObject({ lossReceived: null, availableBitrate: null })
  const sending = pair(2000, { availableOutgoingBitrate: 90_000, videoBytesSent: 50_000 }, {})
  expect(figuresBetween(before, sending).availableBitrate).toBe(90_000)
})
