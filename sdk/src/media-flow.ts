import type { SamplePair, TransportSample } from './transport-stats.ts'

/** When something last came in over a session's two transports. Times in milliseconds of the client's clock. */
export interface MediaFlow {
  last: SamplePair | null
  /** RTP or RTCP. */
  bytesAt: number
  /** Answers to connectivity checks. */
  answersAt: number
  /**
   * The path was found alive though nothing is said on it (the other side is gone, say): silence means nothing until
   * something is heard again.
   */
  isQuiet: boolean
}

export const startOfFlow = (now: number): MediaFlow => ({ last: null, bytesAt: now, answersAt: now, isQuiet: false })

function gotAnswer(before: TransportSample, after: TransportSample): boolean {
  return [...after.checkAnswers].some(([id, count]) => count > (before.checkAnswers.get(id) ?? 0))
}

const talkGapMs = 1000

export function afterSample(flow: MediaFlow, sample: SamplePair): MediaFlow {
  const { last } = flow
  if (last === null) return { ...flow, last: sample }
  const gotBytes =
    sample.send.bytesReceived > last.send.bytesReceived || sample.receive.bytesReceived > last.receive.bytesReceived
  const gotAnswers = gotAnswer(last.send, sample.send) || gotAnswer(last.receive, sample.receive)
  return {
    last: sample,
    bytesAt: gotBytes ? sample.at : flow.bytesAt,
    answersAt: gotAnswers ? sample.at : flow.answersAt,
    // One report now and then is no conversation.
    isQuiet: flow.isQuiet && !(gotBytes && sample.at - flow.bytesAt <= talkGapMs),
  }
}

export interface FlowCircumstances {
  /** Something should be coming in: somebody sends to us, or we send and the server reports back. */
  isExpectingBytes: boolean
  /** The browser itself says that a transport is disconnected or failed. */
  isBroken: boolean
  /** When ICE was last restarted, or null. */
  restartedAt: number | null
}

const stallMs = 1500
// Browsers check an idle path every 2.5 s; two checks missed in a row are no chance.
const unansweredMs = 6000
const restartSettlesMs = 1000

/**
 * Whether media flows. `fine` it does, or nobody has anything to say · `stalled` it does not, and should: say so
 * and restart ICE · `quiet` a restart found the path alive: nothing is wrong with it.
 *
 * Everybody muted is not a stall: with nothing expected, only unanswered connectivity checks count. Both transports
 * share one network path, so that one of them being heard is enough.
 */
export function judgeFlow(
  flow: MediaFlow,
  circumstances: FlowCircumstances,
  now: number,
): 'fine' | 'quiet' | 'stalled' {
  if (circumstances.isBroken) return 'stalled'
  const { isExpectingBytes, restartedAt } = circumstances
  const silentMs = now - flow.bytesAt
  if (silentMs < stallMs) return 'fine'
  if (now - Math.max(flow.answersAt, flow.bytesAt) >= unansweredMs) return 'stalled'
  if (!isExpectingBytes || flow.isQuiet) return 'fine'
  if (restartedAt === null || restartedAt < flow.bytesAt) return 'stalled'
  return flow.answersAt > restartedAt && now - restartedAt >= restartSettlesMs ? 'quiet' : 'stalled'
}
