import { describe, expect, test } from 'vitest'
import {
  backOffMs,
  connectionTable,
  endReasonOf,
  healthOf,
  initialConnection,
  inputOfClose,
  step,
  type ConnectionInput,
  type ConnectionInputType,
  type ConnectionState,
  type ConnectionStateName,
} from './connection-machine.ts'

const attempt = 3
const stateNames: readonly ConnectionStateName[] = [
  'idle',
  'ticketing',
  'opening',
  'greeting',
  'open',
  'backing-off',
  'offline',
  'closed',
]
const inputs: Record<ConnectionInputType, ConnectionInput> = {
  start: { type: 'start' },
  ticketed: { type: 'ticketed', attempt },
  'ticket-failed': { type: 'ticket-failed', attempt },
  'socket-opened': { type: 'socket-opened', attempt },
  greeted: { type: 'greeted', attempt },
  'resume-refused': { type: 'resume-refused', attempt },
  'ticket-refused': { type: 'ticket-refused', attempt },
  draining: { type: 'draining', attempt, retryMs: 2000 },
  lost: { type: 'lost', attempt },
  restarting: { type: 'restarting', attempt },
  flooded: { type: 'flooded', attempt },
  'out-of-step': { type: 'out-of-step', attempt },
  timer: { type: 'timer', attempt },
  'network-lost': { type: 'network-lost' },
  'network-back': { type: 'network-back' },
  ended: { type: 'ended', attempt, reason: 'removed' },
  close: { type: 'close', reason: 'left' },
}

function stateNamed(name: ConnectionStateName): ConnectionState {
  const by = name === 'open' || name === 'backing-off' || name === 'offline' ? 'resume' : 'ticket'
  const failures = name === 'offline' ? 1 : 0
  return { ...initialConnection, name, attempt: name === 'idle' ? 0 : attempt, by, failures }
}

/** Written by hand, apart from the table: where each input leads and what it does; the rest changes nothing. */
const expected: Record<ConnectionStateName, Partial<Record<ConnectionInputType, string>>> = {
  idle: {
    start: 'ticketing: abandon fetch-ticket start-timer',
    'network-lost': 'idle',
    'network-back': 'idle',
    close: 'closed: abandon',
  },
  ticketing: {
    ticketed: 'opening: open-socket start-timer',
    'ticket-failed': 'backing-off: abandon start-timer',
    timer: 'backing-off: abandon start-timer',
    'network-lost': 'offline: abandon start-timer',
    'network-back': 'ticketing: abandon fetch-ticket start-timer',
    ended: 'closed: abandon',
    close: 'closed: abandon',
  },
  opening: {
    'socket-opened': 'greeting: say-hello start-timer',
    lost: 'backing-off: abandon start-timer',
    restarting: 'backing-off: abandon start-timer',
    flooded: 'backing-off: abandon start-timer',
    timer: 'backing-off: abandon start-timer',
    'network-lost': 'offline: abandon start-timer',
    'network-back': 'ticketing: abandon fetch-ticket start-timer',
    ended: 'closed: abandon',
    close: 'closed: abandon',
  },
  greeting: {
    greeted: 'open: start-timer',
    'resume-refused': 'ticketing: abandon fetch-ticket start-timer',
    'ticket-refused': 'backing-off: abandon start-timer',
    draining: 'greeting',
    lost: 'backing-off: abandon start-timer',
    restarting: 'backing-off: abandon start-timer',
    flooded: 'backing-off: abandon start-timer',
    'out-of-step': 'backing-off: abandon start-timer',
    timer: 'backing-off: abandon start-timer',
    'network-lost': 'offline: abandon start-timer',
    'network-back': 'ticketing: abandon fetch-ticket start-timer',
    ended: 'closed: abandon',
    close: 'closed: abandon',
  },
  open: {
    'resume-refused': 'backing-off: abandon start-timer',
    draining: 'open',
    lost: 'backing-off: abandon start-timer',
    restarting: 'backing-off: abandon start-timer',
    flooded: 'backing-off: abandon start-timer',
    'out-of-step': 'backing-off: abandon start-timer',
    timer: 'open',
    'network-lost': 'open: probe',
    'network-back': 'open: probe',
    ended: 'closed: abandon',
    close: 'closed: abandon',
  },
  'backing-off': {
    timer: 'opening: abandon open-socket start-timer',
    'network-lost': 'offline: abandon start-timer',
    'network-back': 'opening: abandon open-socket start-timer',
    ended: 'closed: abandon',
    close: 'closed: abandon',
  },
  offline: {
    timer: 'opening: abandon open-socket start-timer',
    'network-back': 'opening: abandon open-socket start-timer',
    ended: 'closed: abandon',
    close: 'closed: abandon',
  },
  closed: {},
}

describe('every state with every input', () => {
  test('no state is left out', () => {
    expect(Object.keys(connectionTable)).toEqual(stateNames)
  })

  for (const name of stateNames) {
    for (const input of Object.values(inputs)) {
      const { type } = input
      const outcome = expected[name][type]
      test(`${name} + ${type} → ${outcome ?? 'nothing'}`, () => {
        const before = stateNamed(name)
        const { state, effects } = step(before, input, 0.5)
        if (outcome === undefined) {
          expect(state).toEqual(before)
          expect(effects).toEqual([])
        } else {
          const done = effects.length === 0 ? '' : `: ${effects.map((effect) => effect.do).join(' ')}`
          expect(state.name + done).toBe(outcome)
        }
      })

      if ('attempt' in input) {
        test(`${name} + ${type} of an attempt given up → nothing`, () => {
          const before = { ...stateNamed(name), attempt: attempt + 1 }
          expect(step(before, input, 0.5)).toEqual({ state: before, effects: [] })
        })
      }
    }
  }
})

function walk(from: ConnectionState, ...path: ConnectionInput[]): ConnectionState {
  return path.reduce(
    (state, input) => step(state, 'attempt' in input ? { ...input, attempt: state.attempt } : input, 0.5).state,
    from,
  )
}

test('a connection that broke is resumed; one that a restart ended starts with a new ticket', () => {
  const open = stateNamed('open')
  expect(walk(open, inputs.lost, inputs.timer)).toMatchObject({ name: 'opening', by: 'resume' })
  expect(walk(open, inputs.restarting, inputs.timer)).toMatchObject({ name: 'ticketing', by: 'ticket' })
  expect(walk(open, inputs.draining, inputs.lost, inputs.timer)).toMatchObject({ name: 'ticketing', by: 'ticket' })
})

test('an announced restart is waited for as long as the server asked', () => {
  const { state, effects } = step(walk(stateNamed('open'), inputs.draining), inputs.restarting, 0)
  expect(effects).toContainEqual({ do: 'start-timer', ms: 2000 })
  expect(healthOf(state)).toBe('server-restarting')
})

test('a restart is said to be one until the connection is open again, however often it fails', () => {
  let state = walk(stateNamed('open'), inputs.restarting)
  for (let failures = 0; failures < 50; failures++) {
    state = walk(state, inputs.timer, inputs['ticket-failed'])
    expect(healthOf(state)).toBe('server-restarting')
    expect(state.name).toBe('backing-off')
  }
  expect(healthOf(walk(state, inputs.timer, inputs.ticketed, inputs['socket-opened'], inputs.greeted))).toBe('fine')
})

test('a device that lost its network waits for it, then tries at once and by resuming', () => {
  const down = walk(stateNamed('open'), inputs['network-lost'], inputs.lost)
  expect(down.name).toBe('offline')
  expect(healthOf(down)).toBe('offline')
  expect(walk(down, inputs['network-back'])).toMatchObject({ name: 'opening', by: 'resume', failures: 0 })
})

test('a drop is said; a connection that holds is fine again and its failures are forgotten', () => {
  const dropped = walk(stateNamed('open'), inputs.lost)
  expect(healthOf(dropped)).toBe('reconnecting')
  const again = walk(dropped, inputs.timer, inputs['socket-opened'], inputs.greeted)
  expect(healthOf(again)).toBe('fine')
  expect(again.failures).toBe(1)
  expect(walk(again, inputs.timer).failures).toBe(0)
})

test('waits grow from at once to five seconds and never more', () => {
  expect(backOffMs(1, 1)).toBeLessThanOrEqual(100)
  const waits = Array.from({ length: 40 }, (_, index) => backOffMs(index + 1, 1))
  expect(Math.max(...waits)).toBe(5000)
  expect(waits).toEqual(waits.toSorted((a, b) => a - b))
  expect(backOffMs(30, 0)).toBe(2500)
})

test('close codes decide what comes next', () => {
  expect(inputOfClose(4000, 1)).toMatchObject({ type: 'ended', reason: 'ended' })
  expect(inputOfClose(4001, 1)).toMatchObject({ type: 'ended', reason: 'invalid-message' })
  expect(inputOfClose(4002, 1).type).toBe('flooded')
  expect(inputOfClose(4003, 1)).toMatchObject({ type: 'ended', reason: 'replaced' })
  expect(inputOfClose(1012, 1).type).toBe('restarting')
  expect(inputOfClose(1006, 1).type).toBe('lost')
})

test('codes that may pass by themselves are tried again; the others end it', () => {
  expect(endReasonOf('not-ready')).toBeNull()
  expect(endReasonOf('rate-limited')).toBeNull()
  expect(endReasonOf('visit-ended')).toBe('ended')
  expect(endReasonOf('visit-cancelled')).toBe('cancelled')
  expect(endReasonOf('removed')).toBe('removed')
  expect(endReasonOf('unsupported-protocol')).toBe('unsupported-protocol')
})
