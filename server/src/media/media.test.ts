import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { routerRtpCapabilities } from './codecs.ts'
import { toProducerParameters, toRemoteDtls, toRouterCapabilities } from './parameters.ts'
import { bestQuality, qualityOfScores } from './quality.ts'
import { turnServer } from './turn.ts'
import { watchedLayer } from './watched-layers.ts'
import { dtlsParameters, opus } from '../../../tests/support/rtp-parameters.ts'

describe('TURN credentials', () => {
  const turn = { urls: ['turn:turn.example:3478', 'turns:turn.example:443?transport=tcp'], secret: 'north' }

  it('are what coturn computes from the shared secret, and end', () => {
    const server = turnServer(turn, 'par_1', 1_700_000_000_500, 3_600_000)
    expect(server.urls).toEqual(turn.urls)
    expect(server.username).toBe('1700003600:par_1')
    // openssl dgst -sha1 -hmac north -binary | base64
    expect(server.credential).toBe(createHmac('sha1', 'north').update('1700003600:par_1').digest('base64'))
    expect(server.credential).toHaveLength(28)
  })

  it('of two people differ', () => {
    expect(turnServer(turn, 'par_1', 0)).not.toEqual(turnServer(turn, 'par_2', 0))
  })
})

describe('the watched layer', () => {
  it('is none when nobody watches', () => {
    expect(watchedLayer(2, [])).toBeNull()
    expect(watchedLayer(2, [{ paused: true, preferredLayer: 2 }])).toBeNull()
  })

  it('is the highest that anybody wants, and no more than there is', () => {
    const small = { paused: false, preferredLayer: 0 }
    expect(watchedLayer(2, [small])).toBe(0)
    expect(watchedLayer(2, [small, { paused: false, preferredLayer: 1 }])).toBe(1)
    expect(watchedLayer(2, [small, { paused: true, preferredLayer: 2 }])).toBe(0)
    expect(watchedLayer(2, [small, { paused: false, preferredLayer: null }])).toBe(2)
    expect(watchedLayer(0, [{ paused: false, preferredLayer: 2 }])).toBe(0)
  })
})

describe('quality by scores', () => {
  it('is the best until something is known, and follows the worst stream by its best layer', () => {
    expect(qualityOfScores([])).toBe(bestQuality)
    expect(qualityOfScores([[0, 0, 0]])).toBe(bestQuality)
    expect(qualityOfScores([[10], [0, 0, 10]])).toBe(4)
    expect(qualityOfScores([[10], [8]])).toBe(3)
    expect(qualityOfScores([[10], [2, 5, 0]])).toBe(2)
    expect(qualityOfScores([[1]])).toBe(1)
  })
})

describe('parameters of clients', () => {
  it('lose the header extensions that the media server does not know', () => {
    const uris = toProducerParameters(opus()).headerExtensions?.map(({ uri }) => uri)
    expect(uris).toEqual(['urn:ietf:params:rtp-hdrext:sdes:mid', 'urn:ietf:params:rtp-hdrext:ssrc-audio-level'])
  })

  it('lose the codecs that nothing can be sent with', () => {
    const capabilities = toRouterCapabilities({ codecs: [{ kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000 }] })
    expect(capabilities.codecs).toEqual([])
  })

  it('make the client begin the DTLS handshake', () => {
    expect(toRemoteDtls({ ...dtlsParameters, role: 'auto' }).role).toBe('client')
    expect(() => toRemoteDtls({ ...dtlsParameters, role: 'server' })).toThrow(expect.objectContaining({ code: 'media-rejected' }))
  })
})

it('every router offers Opus, and VP8 before the other video codecs', () => {
  const mimeTypes = routerRtpCapabilities.codecs?.map((codec) => codec.mimeType).filter((type) => type !== 'video/rtx')
  expect(mimeTypes).toEqual(['audio/opus', 'video/VP8', 'video/VP9', 'video/H264'])
})
