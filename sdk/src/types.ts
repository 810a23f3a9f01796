import type {
  Grant,
  MediaSource,
  ParticipantId,
  ParticipantRole,
  SecondCheck,
  VisitSummary,
  AdmissionTicket,
} from '@curtain/protocol'
import type { EncryptionErrorCode, VerificationCode } from '@curtain/e2ee'
import type { VisitErrorCode } from './visit-error.ts'

/**
 * Where a client stands.
 * `idle` not connected · `connecting` first connection · `waiting` in the waiting room · `joining` admitted, setting
 * media up · `joined` in the visit · `ended` for good, `endReason` says why.
 */
export type VisitPhase = 'idle' | 'connecting' | 'waiting' | 'joining' | 'joined' | 'ended'

/** `fine`, or why the page should say that it is being put right. Independent of the phase. */
export type ConnectionHealth = 'fine' | 'reconnecting' | 'server-restarting' | 'media-recovering' | 'offline'

export type { VerificationCode } from '@curtain/e2ee'

/** Why it ended. `left` is this person's own doing; an error code is a connection that could not be made. */
export type EndReason = 'left' | 'ended' | 'cancelled' | 'refused' | 'removed' | 'replaced' | VisitErrorCode

/** A stream to show or play. `track` goes into a `MediaStream`; it changes when the media server was rebuilt. */
export interface RemoteStream {
  consumerId: string
  source: MediaSource
  track: MediaStreamTrack
  /** The sender switched it off: show the person, not a frozen picture. */
  paused: boolean
}

export interface RemoteParticipant {
  id: ParticipantId
  role: ParticipantRole
  displayName: string
  /** False while they have dropped off and their place is kept. */
  connected: boolean
  /** 0 none … 4 excellent. */
  quality: number
  speaking: boolean
  streams: readonly RemoteStream[]
}

export interface WaitingParticipant {
  id: ParticipantId
  role: ParticipantRole
  displayName: string
  connected: boolean
  /** What they answered right to come here, if their link asked for anything. */
  confirmedBy: SecondCheck | null
}

/** This person's own camera, microphone or screen. */
export interface LocalStream {
  source: MediaSource
  track: MediaStreamTrack
  /** Off for the others; the track may still run, for the level meter. */
  paused: boolean
  /** False until the server has it. */
  live: boolean
}

/** Everything a page draws, replaced as a whole on each change (works with `useSyncExternalStore`). */
export interface VisitSnapshot {
  phase: VisitPhase
  health: ConnectionHealth
  endReason: EndReason | null
  visit: VisitSummary | null
  self: { id: ParticipantId; role: ParticipantRole; displayName: string; quality: number; speaking: boolean } | null
  grants: ReadonlySet<Grant>
  /** Those in the visit, without oneself, in order of arrival. */
  participants: readonly RemoteParticipant[]
  waiting: readonly WaitingParticipant[]
  locked: boolean
  /** In this client's clock, milliseconds since 1970; null before the visit began. */
  startedAt: number | null
  local: readonly LocalStream[]
  /** Sources whose device or screen share ended by itself; each leaves the list when it is published again. */
  lostSources: readonly MediaSource[]
  /** The host switched this person's microphone off; cleared when they switch it on. */
  mutedByHost: boolean
  /** The loudest of the last seconds: the active-speaker layout follows it. */
  activeSpeakerId: ParticipantId | null
  encryption: EncryptionStatus
  /** In the order they came or were sent; of this visit and this page only, kept nowhere else. */
  chat: readonly ChatMessage[]
}

/**
 * How private the visit is at this moment.
 * `unknown` not connected yet · `transport` between each browser and the server only, by the organization's setting ·
 * `securing` keys are being agreed; nothing is sent or shown meanwhile · `secured` end to end.
 */
export type EncryptionStatus =
  | { state: 'unknown' | 'transport' | 'securing' }
  | {
      state: 'secured'
      /** Counts up with each change of keys. */
      epoch: number
      /** Who holds keys, oneself included: what the server signed and each of these devices proved. */
      members: readonly KeyHolder[]
      /**
       * Those of them who have not been in the visit's list for ten seconds: the server should have had their keys
       * taken away. While there are any, this is not to be called private.
       */
      strangers: readonly KeyHolder[]
      /** Null for the moment that working it out takes. Another object for each epoch of each group. */
      code: VerificationCode | null
      /** Set when the code changed after this person had compared it; until they compare again or dismiss it. */
      changedSinceCompared: boolean
    }

export interface KeyHolder {
  id: ParticipantId
  role: ParticipantRole
  displayName: string
  isSelf: boolean
  /** They said that they compared the present code. */
  compared: boolean
}

export interface ChatMessage {
  /** Of this page. */
  id: number
  /** As the encryption proved it. */
  senderId: ParticipantId
  senderName: string
  isOwn: boolean
  text: string
  /** In this client's clock, milliseconds since 1970: when it came or was sent. */
  at: number
  /** Own messages: `sending` until the server has passed it on. */
  state: 'sending' | 'sent' | 'failed'
}

export interface VisitClientOptions {
  /** `https://host` or `http://localhost:8080`; the signalling address is derived from it. */
  baseUrl: string
  /** Asks for a fresh ticket over HTTP: at the start, and when a connection cannot be resumed. */
  fetchTicket(signal: AbortSignal): Promise<AdmissionTicket>
}

/** One person's part in one visit. Made by `createVisitClient`; `leave()` or `close()` ends it for good. */
export interface VisitClient {
  readonly snapshot: VisitSnapshot
  /** Calls back after each change of `snapshot`. Returns the function that stops it. */
  subscribe(listener: () => void): () => void

  /**
   * Does ahead what takes time and tells nobody: warms the browser's media engine up and asks for a ticket. For the
   * page that shows "Join", so that pressing it is quick. Never rejects.
   */
  prepare(): Promise<void>
  /**
   * Connects, waits to be admitted, joins, and stays joined through drops, until it ends. Resolves once connected for
   * the first time (waiting or joining); rejects with `VisitError` if that cannot be done.
   */
  connect(): Promise<void>
  /** Tells the server and closes. */
  leave(): Promise<void>
  /** Closes without a word; the server keeps the place for a while. */
  close(): void

  /**
   * Publishes a track, or replaces the one of the same source. Before the join it is kept and published then. The
   * track belongs to the client from here on: it is stopped when it is replaced, unpublished, or the visit ends
   * (`leave()` or the server's word; `close()` leaves it running). A paused source stays paused with the new track,
   * and a track that comes with `enabled` false is published paused.
   */
  publish(source: MediaSource, track: MediaStreamTrack): Promise<void>
  /** Stops sending a source and lets its track go. */
  unpublish(source: MediaSource): Promise<void>
  /** Switches a source off and on for the others, at once and without asking for the device again. */
  setPaused(source: MediaSource, paused: boolean): Promise<void>

  /**
   * Says something to everybody in the visit, encrypted as the media is. It is in `snapshot.chat` at once. Resolves when
   * the server passed it on; rejects, and marks it `failed`, when that cannot be. 1 to 2000 UTF-16 units.
   */
  sendChat(text: string): Promise<void>
  /** Sends a failed message once more. */
  retryChat(id: number): Promise<void>
  /**
   * This person compared a verification code with the others; they are told.
   * @param shown the very one that the snapshot had when they looked; rejects if it is not the present one any more
   */
  markCompared(shown: VerificationCode): Promise<void>
  /** This person saw that the code changed. */
  dismissCodeChange(): void

  /**
   * How large a picture is shown, in CSS pixels times the device's pixel ratio; 0 is not at all, and nothing is sent
   * for it. Sound is never touched. Whether a hidden page still shows it (picture in picture) is the page's to know.
   */
  setViewSize(consumerId: string, width: number, height: number): void

  // Host only; each rejects with `VisitError` `forbidden` otherwise.
  admit(participantId: ParticipantId): Promise<void>
  refuse(participantId: ParticipantId): Promise<void>
  sendBack(participantId: ParticipantId): Promise<void>
  remove(participantId: ParticipantId): Promise<void>
  mute(participantId: ParticipantId): Promise<void>
  lock(locked: boolean): Promise<void>
  end(): Promise<void>

  /**
   * Figures for people who look into a problem: transports, codecs, ciphers, round trip, loss, frames encrypted. No
   * addresses, no keys.
   */
  diagnostics(): Promise<VisitDiagnostics>
}

export interface VisitDiagnostics {
  send: TransportDiagnostics | null
  receive: TransportDiagnostics | null
  /** Null in a transport-only visit. */
  encryption: EncryptionDiagnostics | null
}

export interface EncryptionDiagnostics {
  /** Null before the first. */
  epoch: number | null
  /** Frames since the workers started. */
  encrypted: number
  decrypted: number
  /** Frames that went no further, by why. */
  dropped: Partial<Record<EncryptionErrorCode, number>>
}

export interface TransportDiagnostics {
  /** `udp` or `tcp`, of the pair in use. */
  protocol: string | null
  srtpCipher: string | null
  dtlsState: string | null
  roundTripMs: number | null
  availableOutgoingBitrate: number | null
  packetsLost: number
  packets: number
  /** The highest simulcast layer being encoded, e.g. 1280 × 720 at 30/s. */
  frameWidth: number | null
  frameHeight: number | null
  framesPerSecond: number | null
}
