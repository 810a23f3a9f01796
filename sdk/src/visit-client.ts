import {
  rtpCapabilities,
  type AdmissionTicket,
  type MlsNotification,
  type Notification,
  type ParticipantId,
} from '@curtain/protocol'
import { nextActiveSpeaker, nobodySpeaks, type ActiveSpeaker } from './active-speaker.ts'
import { missingForEncryption } from './capabilities.ts'
import { browserClock } from './clock.ts'
import { endReasonOf } from './connection-machine.ts'
import { VisitEncryption } from './encryption/visit-encryption.ts'
import { openWorkers } from './encryption/workers.ts'
import { createMediaSession, loadDevice, warmUpMediaEngine, type MediaSession } from './media-session.ts'
import { watchNetwork } from './network-watch.ts'
import { Publisher } from './publisher.ts'
import { QualityReporter } from './quality-reporter.ts'
import { Recovery } from './recovery.ts'
import { afterNotification, roomFromHello, withRoomState, type RoomModel } from './room-model.ts'
import { SignalConnection, type Hello } from './signal-connection.ts'
import { emptySnapshot, snapshotOf } from './snapshot.ts'
import { Subscriber } from './subscriber.ts'
import { diagnosticsOf, readTransportStats } from './transport-stats.ts'
import type {
  ConnectionHealth,
  EndReason,
  VisitClient,
  VisitClientOptions,
  VisitDiagnostics,
  VisitPhase,
  VisitSnapshot,
} from './types.ts'
import { VisitError, type VisitErrorCode } from './visit-error.ts'

type Device = MediaSession['device']

const clock = browserClock
/** A ticket asked for ahead is used within this time; it is good for a minute. */
const ticketGoodMs = 40_000
/** The server is told that somebody leaves, but nobody waits for its answer longer than this. */
const leaveMs = 1000
const joinRetryMs = 500

/** Makes one person's part in one visit. Nothing happens before `prepare` or `connect`. */
export function createVisitClient(options: VisitClientOptions): VisitClient {
  const listeners = new Set<() => void>()
  let snapshot: VisitSnapshot = emptySnapshot
  let phase: VisitPhase = 'idle'
  let endReason: EndReason | null = null
  let model: RoomModel | null = null
  let activeSpeaker: ActiveSpeaker = nobodySpeaks
  let device: Promise<Device> | null = null
  let deviceCapabilities = ''
  let session: MediaSession | null = null
  /** Counts joins; what a join given up brings is dropped. */
  let joinNumber = 0
  let cancelJoinRetry = () => {}
  let preparedTicket: { at: number; ticket: Promise<AdmissionTicket> } | null = null
  let stopWatching = () => {}
  let isLeaving = false
  /** Media was there, went, and is being set up again. */
  let isRejoining = false
  let firstConnected = () => {}
  let firstFailed = (_error: VisitError) => {}
  const firstConnection = new Promise<void>((resolve, reject) => {
    firstConnected = resolve
    firstFailed = reject
  })
  // Nobody need be waiting for it.
  firstConnection.catch(() => {})

  const signal = new SignalConnection({
    openSocket: () => new WebSocket(signalUrl(options.baseUrl)),
    fetchTicket: takeTicket,
    clock,
    random: Math.random,
    onAfresh,
    onResumed: () => recovery.signallingResumed(),
    onNotification,
    onChange: changed,
    onEnded: end,
  })
  const encryption = new VisitEncryption({
    signal,
    clock,
    dateNow: Date.now,
    openWorkers,
    isBrowserLacking: missingForEncryption,
    onChange: changed,
    onKeys: () => {
      recovery.expectFromNow()
      subscriber.keysChanged()
    },
    onMediaLost: () => {
      if (session !== null) void join()
    },
    onFailed: (code) => signal.close(code),
  })
  const publisher = new Publisher(signal, clock, changed)
  const subscriber = new Subscriber(signal, clock, changed)
  const quality = new QualityReporter((figure) => {
    signal.request('quality.report', { quality: figure }).catch(() => {})
    changed()
  })
  const recovery = new Recovery({
    signal,
    clock,
    isExpectingBytes: () => publisher.isSending || subscriber.isReceiving(isConnected),
    onChange: changed,
    onHopeless: () => void join(),
    onSample: (sample) => {
      quality.take(sample, !recovery.isStalled)
      subscriber.look(sample.receive.framesReceived)
      if (isRejoining && session !== null && isUp(session)) {
        isRejoining = false
        changed()
      }
    },
  })

  function isConnected(participantId: string): boolean {
    return model?.participants.some(({ id, connected }) => id === participantId && connected) ?? false
  }

  function health(): ConnectionHealth {
    return signal.health === 'fine' && (recovery.isStalled || isRejoining) ? 'media-recovering' : signal.health
  }

  function changed(): void {
    if (model !== null) activeSpeaker = nextActiveSpeaker(activeSpeaker, othersSpeaking(model), clock.now())
    if (model !== null) encryption.listed(model.participants.map(({ id }) => id))
    snapshot = snapshotOf({
      phase,
      health: health(),
      endReason,
      model,
      quality: quality.quality,
      streamsOf: (participantId) => subscriber.streamsOf(participantId),
      local: publisher.streams,
      lostSources: publisher.lostSources,
      mutedByHost: publisher.mutedByHost,
      activeSpeakerId: activeSpeaker.id,
      encryption: encryption.status,
      chat: encryption.conversation.messages,
    })
    for (const listener of listeners) listener()
  }

  async function fetchTicket(aborting: AbortSignal): Promise<AdmissionTicket> {
    const ticket = await options.fetchTicket(aborting)
    encryption.prepare(ticket.visit.encryption)
    return ticket
  }

  function takeTicket(aborting: AbortSignal): Promise<AdmissionTicket> {
    const prepared = preparedTicket
    preparedTicket = null
    return prepared !== null && clock.now() - prepared.at < ticketGoodMs ? prepared.ticket : fetchTicket(aborting)
  }

  function onAfresh(hello: Hello): void {
    model = roomFromHello(hello, Date.now())
    dropMedia()
    encryption.greeted(hello)
    // It may be that this cannot be a visit.
    if (signal.state.name === 'closed') return
    prepareDevice(hello)
    if (model.self.admission === 'admitted') void join()
    else {
      phase = 'waiting'
      isRejoining = false
      subscriber.clear()
      changed()
    }
    firstConnected()
  }

  /** While one waits, so that being admitted finds it done. Another server version may bring other capabilities. */
  function prepareDevice({ routerRtpCapabilities }: Hello): void {
    const capabilities = JSON.stringify(routerRtpCapabilities)
    if (device !== null && capabilities === deviceCapabilities) return
    deviceCapabilities = capabilities
    device = loadDevice(routerRtpCapabilities)
    device.catch(() => signal.close('unsupported-browser'))
  }

  function onNotification(notification: Notification): void {
    if (model === null) return
    if (isMls(notification)) {
      encryption.receive(notification)
      return
    }
    model = afterNotification(model, notification, Date.now())
    const { type } = notification
    if (type === 'admitted' || type === 'room.rebuilt') {
      void join()
      return
    }
    if (type === 'sent-back') {
      dropMedia()
      subscriber.clear()
      phase = 'waiting'
      encryption.sentBack()
      isRejoining = false
    } else if (type === 'consumer.added') subscriber.add(notification.consumer)
    else if (type === 'consumer.closed') subscriber.remove(notification.consumerId)
    else if (type === 'consumer.paused') subscriber.senderPaused(notification.consumerId, notification.paused)
    else if (type === 'producer.watched-layer') {
      publisher.watchedLayer(notification.producerId, notification.spatialLayer)
    } else if (type === 'muted') publisher.muted(notification.producerId)
    changed()
  }

  /** Gives the media connection up; what was published is published again by the next join. */
  function dropMedia(): void {
    signal.watchAs('waiting')
    joinNumber += 1
    cancelJoinRetry()
    recovery.detach()
    subscriber.detach()
    publisher.detach()
    quality.reset()
    session?.close()
    session = null
  }

  /** Sets media up from nothing: the first time, and whenever the server or the network took it. */
  async function join(): Promise<void> {
    dropMedia()
    const number = joinNumber
    const isCurrent = () => number === joinNumber && phase !== 'ended'
    if (phase === 'joined') isRejoining = true
    else phase = 'joining'
    changed()
    try {
      const loaded = await device
      if (loaded === null || !isCurrent()) return
      const joined = await signal.request('join', {
        rtpCapabilities: rtpCapabilities.parse(loaded.recvRtpCapabilities),
      })
      if (!isCurrent() || model === null) return
      model = withRoomState(model, joined.room, Date.now())
      const made = createMediaSession(loaded, joined, signal, encryption, (source) => publisher.isPaused(source))
      session = made
      phase = 'joined'
      signal.watchAs('joined')
      // Sending and receiving are set up side by side.
      publisher.attach(made)
      subscriber.attach(made, joined.consumers)
      recovery.attach(made)
      changed()
    } catch (error) {
      if (isCurrent()) joinFailed(error instanceof VisitError ? error.code : 'internal')
    }
  }

  function joinFailed(code: VisitErrorCode): void {
    if (code === 'not-admitted') {
      phase = 'waiting'
      changed()
    } else if (endReasonOf(code) === null) cancelJoinRetry = clock.after(joinRetryMs, () => void join())
    else signal.close(code)
  }

  function end(reason: EndReason): void {
    phase = 'ended'
    isRejoining = false
    endReason = isLeaving ? 'left' : reason
    stopWatching()
    dropMedia()
    encryption.close()
    subscriber.clear()
    publisher.stop()
    firstFailed(new VisitError(isErrorReason(reason) ? reason : 'closed'))
    changed()
  }

  /** A host's action; the server answers it with nothing. */
  async function act(request: Promise<unknown>): Promise<void> {
    await request
  }

  return {
    get snapshot() {
      return snapshot
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },

    prepare: async () => {
      const ticket = fetchTicket(new AbortController().signal)
      preparedTicket = { at: clock.now(), ticket }
      await Promise.all([warmUpMediaEngine(), ticket.catch(() => (preparedTicket = null))])
    },
    connect: () => {
      if (phase !== 'idle') return firstConnection
      phase = 'connecting'
      stopWatching = watchNetwork({
        onLost: () => signal.networkLost(),
        onBack: () => {
          signal.networkBack()
          recovery.networkChanged()
        },
        onChanged: () => {
          signal.probe()
          recovery.networkChanged()
        },
        onAwake: () => {
          signal.probe()
          recovery.lookNow()
        },
      })
      if (!navigator.onLine) signal.networkLost()
      signal.start()
      changed()
      return firstConnection
    },
    leave: async () => {
      isLeaving = true
      if (signal.state.name === 'open') {
        const told = signal.request('leave', {}).catch(() => {})
        await Promise.race([told, new Promise<void>((resolve) => clock.after(leaveMs, resolve))])
      }
      signal.close('left')
    },
    close: () => {
      publisher.letGo()
      signal.close('left')
    },

    publish: (source, track) => publisher.publish(source, track),
    unpublish: (source) => publisher.unpublish(source),
    setPaused: (source, paused) => publisher.setPaused(source, paused),
    setViewSize: (consumerId, width, height) => subscriber.setViewSize(consumerId, width, height),

    sendChat: (text) => encryption.conversation.say(text),
    retryChat: (id) => encryption.conversation.sayAgain(id),
    markCompared: (shown) => encryption.markCompared(shown),
    dismissCodeChange: () => encryption.conversation.dismissCodeChange(),

    admit: (participantId) => act(signal.request('admit', { participantId })),
    refuse: (participantId) => act(signal.request('refuse', { participantId })),
    sendBack: (participantId) => act(signal.request('send-back', { participantId })),
    remove: (participantId) => act(signal.request('remove', { participantId })),
    mute: (participantId) => act(signal.request('mute', { participantId })),
    lock: (locked) => act(signal.request('lock', { locked })),
    end: () => act(signal.request('end', {})),

    diagnostics: async (): Promise<VisitDiagnostics> => {
      const encrypted = await encryption.diagnostics()
      if (session === null) return { send: null, receive: null, encryption: encrypted }
      const [send, receive] = await Promise.all([session.send.getStats(), session.receive.getStats()])
      return {
        send: diagnosticsOf(readTransportStats(send)),
        receive: diagnosticsOf(readTransportStats(receive)),
        encryption: encrypted,
      }
    },
  }
}

/** Connected, or with nothing to connect for. */
function isUp({ send, receive }: MediaSession): boolean {
  return [send, receive].every(({ connectionState }) => connectionState === 'connected' || connectionState === 'new')
}

function isMls(notification: Notification): notification is MlsNotification {
  return notification.type.startsWith('mls.')
}

function othersSpeaking(model: RoomModel): readonly ParticipantId[] {
  return model.speaking.filter((id) => id !== model.self.id)
}

function signalUrl(baseUrl: string): URL {
  const url = new URL('/v1/signal', baseUrl)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return url
}

function isErrorReason(reason: EndReason): reason is EndReason & VisitErrorCode {
  return reason !== 'left' && reason !== 'ended' && reason !== 'cancelled'
}
