import { closeCodes, type ErrorCode } from '@curtain/protocol'
import type { ConnectionHealth, EndReason } from './types.ts'
import type { VisitErrorCode } from './visit-error.ts'

/**
 * The life of the signalling connection as one table. Nothing here does I/O: `step` says what the next state is and
 * what to do; whoever does it reports the outcome with the attempt it belongs to, and outcomes of an attempt that was
 * given up are dropped. It never gives up by itself: only the server's final word or `close` ends it.
 */
export type ConnectionStateName =
  | 'idle'
  | 'ticketing' // asking for a ticket over HTTP
  | 'opening' // the socket is being opened
  | 'greeting' // `hello` is sent
  | 'open'
  | 'backing-off' // waiting for the next attempt
  | 'offline' // the device has no network: waiting for it
  | 'closed'

export interface ConnectionState {
  readonly name: ConnectionStateName
  /** Counts up; names the attempt that outcomes belong to. */
  readonly attempt: number
  /** How the next (or this) attempt proves who it is. */
  readonly by: 'ticket' | 'resume'
  /** Attempts that failed since the connection was last good. */
  readonly failures: number
  /** The server said that it restarts, in this many milliseconds. Null when nothing of the kind is going on. */
  readonly restartMs: number | null
  /** The browser says that there is no network. */
  readonly networkDown: boolean
  /** Set in `closed`. */
  readonly reason: EndReason | null
}

export type ConnectionInput =
  | { type: 'start' }
  | { type: 'ticketed' | 'ticket-failed' | 'socket-opened' | 'greeted'; attempt: number }
  /** `hello` was refused: the old connection is gone, or the ticket was; a new ticket is needed. */
  | { type: 'resume-refused' | 'ticket-refused'; attempt: number }
  | { type: 'draining'; attempt: number; retryMs: number }
  /** The socket closed or does not answer; `restarting` and `flooded` are the server's words. */
  | { type: 'lost' | 'restarting' | 'flooded'; attempt: number }
  /** A notification is missing: what this side knows can no longer be trusted. */
  | { type: 'out-of-step'; attempt: number }
  | { type: 'timer'; attempt: number }
  | { type: 'network-lost' }
  | { type: 'network-back' }
  /** The server's final word. */
  | { type: 'ended'; attempt: number; reason: EndReason }
  | { type: 'close'; reason: EndReason }
export type ConnectionInputType = ConnectionInput['type']

export type ConnectionEffect =
  /** Abandons the request for a ticket and the socket, whatever there is. */
  | { do: 'abandon' }
  | { do: 'fetch-ticket' }
  | { do: 'open-socket' }
  | { do: 'say-hello'; by: 'ticket' | 'resume' }
  /** Asks the server for a sign of life, with a short time-out. */
  | { do: 'probe' }
  /** Each step ends the timer before it; this one starts the next. */
  | { do: 'start-timer'; ms: number }

interface Step {
  state: ConnectionState
  effects: ConnectionEffect[]
}

export const initialConnection: ConnectionState = {
  name: 'idle',
  attempt: 0,
  by: 'ticket',
  failures: 0,
  restartMs: null,
  networkDown: false,
  reason: null,
}

const times = { ticketMs: 10_000, openMs: 4000, settledMs: 5000, offlineMs: 5000, restartMs: 1000, floodMs: 3000 }

/**
 * How long to wait before the next attempt, in milliseconds: the first comes at once, none later than after 5 s.
 * @param failures attempts that failed so far, at least 1.
 * @param chance 0 … 1; spreads the clients of a server that went away.
 */
export function backOffMs(failures: number, chance: number): number {
  if (failures <= 1) return 100 * chance
  const full = Math.min(5000, 400 * 2 ** (failures - 2))
  return full / 2 + (full / 2) * chance
}

type Transition = (state: ConnectionState, input: ConnectionInput, chance: number) => Step

/** An attempt begins now, by a resume token if there is one. */
const attempt: Transition = (state) => {
  const next = { ...state, attempt: state.attempt + 1 }
  return state.by === 'resume'
    ? {
        state: { ...next, name: 'opening' },
        effects: [{ do: 'abandon' }, { do: 'open-socket' }, { do: 'start-timer', ms: times.openMs }],
      }
    : {
        state: { ...next, name: 'ticketing' },
        effects: [{ do: 'abandon' }, { do: 'fetch-ticket' }, { do: 'start-timer', ms: times.ticketMs }],
      }
}

function waitFor(state: ConnectionState, ms: number): Step {
  return state.networkDown
    ? {
        state: { ...state, name: 'offline' },
        effects: [{ do: 'abandon' }, { do: 'start-timer', ms: times.offlineMs }],
      }
    : { state: { ...state, name: 'backing-off' }, effects: [{ do: 'abandon' }, { do: 'start-timer', ms }] }
}

const tryAgain: Transition = (state, _input, chance) => {
  const failures = state.failures + 1
  return waitFor({ ...state, failures }, backOffMs(failures, chance))
}

/** After a restart there is nothing to resume. */
const outlastRestart: Transition = (state, _input, chance) => {
  const restartMs = state.restartMs ?? times.restartMs
  return waitFor({ ...state, by: 'ticket', restartMs, failures: state.failures + 1 }, restartMs * (1 + chance / 4))
}

const transitions = {
  ignore: (state) => ({ state, effects: [] }),

  attempt,
  attemptAfresh: (state, input, chance) => attempt({ ...state, by: 'ticket' }, input, chance),
  /** The network is back: what failed without it does not count. */
  attemptNow: (state, input, chance) => attempt({ ...state, networkDown: false, failures: 0 }, input, chance),

  openSocket: (state) => ({
    state: { ...state, name: 'opening' },
    effects: [{ do: 'open-socket' }, { do: 'start-timer', ms: times.openMs }],
  }),
  sayHello: (state) => ({
    state: { ...state, name: 'greeting' },
    effects: [
      { do: 'say-hello', by: state.by },
      { do: 'start-timer', ms: times.openMs },
    ],
  }),
  beOpen: (state) => ({
    state: { ...state, name: 'open', by: 'resume', restartMs: null },
    effects: [{ do: 'start-timer', ms: times.settledMs }],
  }),
  /** It has held for a while: a later drop is a new one. */
  settle: (state) => ({ state: { ...state, failures: 0 }, effects: [] }),

  tryAgain,
  outlastRestart,
  /** An open connection broke, because of the restart it was told of or for no known reason. */
  recover: (state, input, chance) => (state.restartMs === null ? tryAgain : outlastRestart)(state, input, chance),
  retryAfresh: (state, input, chance) => tryAgain({ ...state, by: 'ticket' }, input, chance),
  slowDown: (state, _input, chance) =>
    waitFor({ ...state, failures: state.failures + 1 }, times.floodMs * (1 + chance / 2)),

  noteRestart: (state, input) => ({
    state: { ...state, restartMs: input.type === 'draining' ? input.retryMs : times.restartMs },
    effects: [],
  }),
  /** Browsers are wrong about this now and then: an open connection is asked first. */
  doubt: (state) => ({ state: { ...state, networkDown: true }, effects: [{ do: 'probe' }] }),
  reassure: (state) => ({ state: { ...state, networkDown: false }, effects: [{ do: 'probe' }] }),
  noteNetworkDown: (state) => ({ state: { ...state, networkDown: true }, effects: [] }),
  noteNetworkBack: (state) => ({ state: { ...state, networkDown: false }, effects: [] }),
  goOffline: (state) => waitFor({ ...state, networkDown: true }, 0),

  end: (state, input) => ({
    state: { ...state, name: 'closed', reason: 'reason' in input ? input.reason : 'left' },
    effects: [{ do: 'abandon' }],
  }),
} satisfies Record<string, Transition>

type Table = Record<ConnectionStateName, Record<ConnectionInputType, keyof typeof transitions>>

/** What each input does in each state. */
export const connectionTable: Table = {
  idle: {
    start: 'attempt',
    ticketed: 'ignore',
    'ticket-failed': 'ignore',
    'socket-opened': 'ignore',
    greeted: 'ignore',
    'resume-refused': 'ignore',
    'ticket-refused': 'ignore',
    draining: 'ignore',
    lost: 'ignore',
    restarting: 'ignore',
    flooded: 'ignore',
    'out-of-step': 'ignore',
    timer: 'ignore',
    'network-lost': 'noteNetworkDown',
    'network-back': 'noteNetworkBack',
    ended: 'ignore',
    close: 'end',
  },
  ticketing: {
    start: 'ignore',
    ticketed: 'openSocket',
    'ticket-failed': 'tryAgain',
    'socket-opened': 'ignore',
    greeted: 'ignore',
    'resume-refused': 'ignore',
    'ticket-refused': 'ignore',
    draining: 'ignore',
    lost: 'ignore',
    restarting: 'ignore',
    flooded: 'ignore',
    'out-of-step': 'ignore',
    timer: 'tryAgain',
    'network-lost': 'goOffline',
    'network-back': 'attemptNow',
    ended: 'end',
    close: 'end',
  },
  opening: {
    start: 'ignore',
    ticketed: 'ignore',
    'ticket-failed': 'ignore',
    'socket-opened': 'sayHello',
    greeted: 'ignore',
    'resume-refused': 'ignore',
    'ticket-refused': 'ignore',
    draining: 'ignore',
    lost: 'tryAgain',
    restarting: 'outlastRestart',
    flooded: 'slowDown',
    'out-of-step': 'ignore',
    timer: 'tryAgain',
    'network-lost': 'goOffline',
    'network-back': 'attemptNow',
    ended: 'end',
    close: 'end',
  },
  greeting: {
    start: 'ignore',
    ticketed: 'ignore',
    'ticket-failed': 'ignore',
    'socket-opened': 'ignore',
    greeted: 'beOpen',
    'resume-refused': 'attemptAfresh',
    'ticket-refused': 'retryAfresh',
    draining: 'noteRestart',
    lost: 'tryAgain',
    restarting: 'outlastRestart',
    flooded: 'slowDown',
    'out-of-step': 'retryAfresh',
    timer: 'tryAgain',
    'network-lost': 'goOffline',
    'network-back': 'attemptNow',
    ended: 'end',
    close: 'end',
  },
  open: {
    start: 'ignore',
    ticketed: 'ignore',
    'ticket-failed': 'ignore',
    'socket-opened': 'ignore',
    greeted: 'ignore',
    'resume-refused': 'retryAfresh',
    'ticket-refused': 'ignore',
    draining: 'noteRestart',
    lost: 'recover',
    restarting: 'outlastRestart',
    flooded: 'slowDown',
    'out-of-step': 'retryAfresh',
    timer: 'settle',
    'network-lost': 'doubt',
    'network-back': 'reassure',
    ended: 'end',
    close: 'end',
  },
  'backing-off': {
    start: 'ignore',
    ticketed: 'ignore',
    'ticket-failed': 'ignore',
    'socket-opened': 'ignore',
    greeted: 'ignore',
    'resume-refused': 'ignore',
    'ticket-refused': 'ignore',
    draining: 'ignore',
    lost: 'ignore',
    restarting: 'ignore',
    flooded: 'ignore',
    'out-of-step': 'ignore',
    timer: 'attempt',
    'network-lost': 'goOffline',
    'network-back': 'attemptNow',
    ended: 'end',
    close: 'end',
  },
  offline: {
    start: 'ignore',
    ticketed: 'ignore',
    'ticket-failed': 'ignore',
    'socket-opened': 'ignore',
    greeted: 'ignore',
    'resume-refused': 'ignore',
    'ticket-refused': 'ignore',
    draining: 'ignore',
    lost: 'ignore',
    restarting: 'ignore',
    flooded: 'ignore',
    'out-of-step': 'ignore',
    timer: 'attempt', // the browser may be wrong about having no network
    'network-lost': 'ignore',
    'network-back': 'attemptNow',
    ended: 'end',
    close: 'end',
  },
  closed: {
    start: 'ignore',
    ticketed: 'ignore',
    'ticket-failed': 'ignore',
    'socket-opened': 'ignore',
    greeted: 'ignore',
    'resume-refused': 'ignore',
    'ticket-refused': 'ignore',
    draining: 'ignore',
    lost: 'ignore',
    restarting: 'ignore',
    flooded: 'ignore',
    'out-of-step': 'ignore',
    timer: 'ignore',
    'network-lost': 'ignore',
    'network-back': 'ignore',
    ended: 'ignore',
    close: 'ignore',
  },
}

/**
 * The next state and what to do on the way.
 * @param chance 0 … 1, from a random source; only spreads the waits.
 */
export function step(state: ConnectionState, input: ConnectionInput, chance: number): Step {
  if ('attempt' in input && input.attempt !== state.attempt) return { state, effects: [] }
  const transition: Transition = transitions[connectionTable[state.name][input.type]]
  return transition(state, input, chance)
}

/**
 * Which input a socket's close is, by its code (RFC 6455 §7.4).
 * @param complaint what the server said was wrong, for the close that says no more than that something was.
 */
export function inputOfClose(
  code: number,
  attemptNumber: number,
  complaint: ErrorCode = 'invalid-message',
): ConnectionInput {
  switch (code) {
    case closeCodes.final:
      return { type: 'ended', attempt: attemptNumber, reason: 'ended' }
    case closeCodes.superseded:
      return { type: 'ended', attempt: attemptNumber, reason: 'replaced' }
    case closeCodes.protocol:
      return { type: 'ended', attempt: attemptNumber, reason: complaint }
    case closeCodes.flood:
      return { type: 'flooded', attempt: attemptNumber }
    case closeCodes.restart:
      return { type: 'restarting', attempt: attemptNumber }
    default:
      return { type: 'lost', attempt: attemptNumber }
  }
}

const passing: ReadonlySet<VisitErrorCode> = new Set<VisitErrorCode>([
  'rate-limited',
  'not-ready',
  'internal',
  'media-unavailable',
  'ticket-invalid',
  'resume-refused',
  'offline',
  'unreachable',
  'closed',
])

/** How an error code that kept a connection from being made is meant: the end and why, or another attempt. */
export function endReasonOf(code: VisitErrorCode): EndReason | null {
  if (code === 'visit-ended') return 'ended'
  if (code === 'visit-cancelled') return 'cancelled'
  return passing.has(code) ? null : code
}

/** What the page should say about the connection in this state. */
export function healthOf(state: ConnectionState): Exclude<ConnectionHealth, 'media-recovering'> {
  if (state.name === 'idle' || state.name === 'closed') return 'fine'
  if (state.name === 'offline') return 'offline'
  if (state.restartMs !== null) return 'server-restarting'
  // An open connection is fine; so is one that is being made and has not failed yet.
  return state.name === 'open' || state.failures === 0 ? 'fine' : 'reconnecting'
}
