import type { RequestInput, RequestType } from '@curtain/protocol'
import { dtlsParameters, microphone } from './rtp-parameters.ts'

/** Somebody who is nowhere. */
export const nobody = { participantId: 'par_00000000000000000000000000' } as const

/** A group of no visit. */
const groupId = `vis_${'0'.repeat(26)}.${'A'.repeat(22)}`

/** A well-formed body of every request but `hello`. */
export const requestBodies: { [Type in Exclude<RequestType, 'hello'>]: RequestInput<Type> } = {
  join: { rtpCapabilities: {} },
  leave: {},
  ping: {},
  'transport.connect': { transportId: 'x', dtlsParameters },
  'transport.restart-ice': { transportId: 'x' },
  'producer.create': microphone('x'),
  'producer.pause': { producerId: 'x' },
  'producer.resume': { producerId: 'x' },
  'producer.close': { producerId: 'x' },
  'consumer.resume': { consumerId: 'x' },
  'consumer.pause': { consumerId: 'x' },
  'consumer.prefer-layer': { consumerId: 'x', spatialLayer: 0 },
  'quality.report': { quality: 1 },
  'mls.register': { keyPackage: 'AAAA' },
  'mls.created': { groupId },
  'mls.commit': { groupId, epoch: 0, commit: 'AAAA', welcome: null },
  'mls.data': { groupId, epoch: 0, message: 'AAAA' },
  admit: nobody,
  refuse: nobody,
  'send-back': nobody,
  remove: nobody,
  mute: nobody,
  lock: { locked: true },
  end: {},
}
