import { describe, expect, test } from 'vitest'
import { afterSample, judgeFlow, startOfFlow, type FlowCircumstances, type MediaFlow } from './media-flow.ts'
import { readTransportStats, type TransportSample } from './transport-stats.ts'

const nothing: TransportSample = readTransportStats(new Map())
const talking: FlowCircumstances = { isExpectingBytes: true, isBroken: false, restartedAt: null }
const allMuted: FlowCircumstances = { ...talking, isExpectingBytes: false }

interface Look {
  at: number
  bytes: number
  answers: number
}
/** Looks at the receive transport; the send transport says nothing. */
function flowAfter(...looks: Look[]): MediaFlow {
  return looks.reduce(
    (flow, { at, bytes, answers }) =>
      afterSample(flow, {
        at,
        send: nothing,
        receive: { ...nothing, bytesReceived: bytes, checkAnswers: new Map([['pair', answers]]) },
      }),
    startOfFlow(0),
  )
}

describe('while somebody talks', () => {
  const flow = flowAfter({ at: 0, bytes: 10, answers: 1 }, { at: 500, bytes: 20, answers: 1 })

  test('what comes in is fine, and so is a short gap', () => {
    expect(judgeFlow(flow, talking, 600)).toBe('fine')
    expect(judgeFlow(flow, talking, 1900)).toBe('fine')
  })
  test('a second and a half of nothing is a stall', () => {
    expect(judgeFlow(flow, talking, 2000)).toBe('stalled')
  })
  test('one of both transports being heard is enough', () => {
    const sendHeard = afterSample(flow, {
      at: 2000,
      send: { ...nothing, bytesReceived: 5 },
      receive: flow.last?.receive ?? nothing,
    })
    expect(judgeFlow(sendHeard, talking, 2000)).toBe('fine')
  })
  test('the browser’s own word counts at once', () => {
    expect(judgeFlow(flow, { ...talking, isBroken: true }, 600)).toBe('stalled')
  })
})

describe('while everybody is muted', () => {
  const flow = flowAfter({ at: 0, bytes: 10, answers: 1 }, { at: 2500, bytes: 10, answers: 2 })

  test('silence is no stall as long as connectivity checks are answered', () => {
    expect(judgeFlow(flow, allMuted, 5000)).toBe('fine')
    expect(judgeFlow(flow, allMuted, 8400)).toBe('fine')
  })
  test('checks without an answer are one', () => {
    expect(judgeFlow(flow, allMuted, 8500)).toBe('stalled')
  })
})

describe('after a restart of ICE', () => {
  const restarted: FlowCircumstances = { ...talking, restartedAt: 2000 }

  test('a path that answers while nobody talks is quiet, not stalled, and stays so', () => {
    const flow = flowAfter({ at: 0, bytes: 10, answers: 1 }, { at: 2500, bytes: 10, answers: 3 })
    expect(judgeFlow(flow, restarted, 3000)).toBe('quiet')
    expect(judgeFlow({ ...flow, isQuiet: true }, restarted, 8000)).toBe('fine')
  })
  test('a path that does not answer stays stalled', () => {
    const flow = flowAfter({ at: 0, bytes: 10, answers: 1 }, { at: 2500, bytes: 10, answers: 1 })
    expect(judgeFlow(flow, restarted, 3000)).toBe('stalled')
  })
  test('one report in a while keeps it quiet; a conversation ends that', () => {
    const quiet = { ...flowAfter({ at: 0, bytes: 10, answers: 1 }), isQuiet: true }
    const look = (flow: MediaFlow, at: number, bytes: number) =>
      afterSample(flow, { at, send: nothing, receive: { ...nothing, bytesReceived: bytes } })
    const report = look(quiet, 5000, 11)
    expect(report.isQuiet).toBe(true)
    expect(look(report, 5500, 12).isQuiet).toBe(false)
  })
})
