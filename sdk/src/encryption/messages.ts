import type { EncryptionErrorCode, Epoch, VerificationCode } from '@curtain/e2ee'
import type { FrameKeys } from '@curtain/e2ee/frame'
import type { MediaSource, MlsGroupId, MlsNotification, ParticipantId, RequestInput, VisitId } from '@curtain/protocol'

/**
 * What the page and its two workers say to each other. All three are of one build, so that the types are enough: what
 * comes from elsewhere is parsed where it comes in. Keys go from the group worker to the frame worker only.
 *
 * `session` names the group session of which something is said: what comes of one that was given up is dropped.
 */

/** The requests of a group session, which the page sends for it. */
export type DeliveryType = 'mls.register' | 'mls.created' | 'mls.commit' | 'mls.data'
export type DeliveryRequest = {
  [Type in DeliveryType]: { type: Type; input: RequestInput<Type> }
}[DeliveryType]

export type PageToGroupWorker =
  /** First of all: where keys go. */
  | { type: 'connect'; frames: MessagePort }
  /** Gives up what was and begins anew: a session of no group yet, which registers at once. */
  | {
      type: 'start'
      session: number
      visitId: VisitId
      participantId: ParticipantId
      rosterKey: Uint8Array
      /** What to add to this device's clock to have the server's, in milliseconds. */
      clockOffsetMs: number
    }
  | { type: 'notification'; notification: MlsNotification }
  /** Passes an application message on to the others in this group, and in no other; `sent` answers. */
  | { type: 'send'; id: number; groupId: MlsGroupId; bytes: Uint8Array }
  /** What became of a `request`. */
  | { type: 'answer'; id: number; refusal: EncryptionErrorCode | null }

/** An epoch as the page may know it: everything but the key. */
export type PublicEpoch = Omit<Epoch, 'baseKey' | 'code'>

export type GroupWorkerToPage =
  | { type: 'request'; session: number; id: number; request: DeliveryRequest }
  | { type: 'epoch'; session: number; epoch: PublicEpoch }
  /** The group of the last epoch was given up: until the next one nothing may be sent. */
  | { type: 'left'; session: number }
  /** The verification code of an epoch, a moment after it. */
  | { type: 'code'; session: number; groupId: MlsGroupId; epoch: number; code: VerificationCode }
  | { type: 'message'; session: number; participantId: ParticipantId; bytes: Uint8Array }
  | { type: 'problem'; session: number; code: EncryptionErrorCode; isHopeless: boolean }
  | { type: 'sent'; id: number; refusal: EncryptionErrorCode | null }

export type GroupWorkerToFrameWorker =
  | { type: 'install'; session: number; keys: FrameKeys }
  /** The group of these keys was given up: nothing is sent under them any more. */
  | { type: 'left' }
  /** This device is in no group any more. */
  | { type: 'clear' }

/** What a transform is for: the `options` of an `RTCRtpScriptTransform`. */
export interface TransformOptions {
  direction: 'send' | 'receive'
  source: MediaSource
  /** Who sends it; oneself for `send`. */
  participantId: string
}

/** Frames since the worker started, and why others were dropped: numbers only. */
export interface FrameCounts {
  encrypted: number
  decrypted: number
  dropped: Partial<Record<EncryptionErrorCode, number>>
}

/** The epoch that the frame worker has keys of, and whose they are. */
export interface InstalledKeys {
  groupId: string
  epoch: number
  participantIds: readonly string[]
}

export type PageToFrameWorker =
  /** Where keys come from, and how long those of an epoch stay after it. */
  { type: 'connect'; keys: MessagePort; graceMs: number } | { type: 'count'; id: number }

export type FrameWorkerToPage =
  /** From here on frames of these can be read, and own ones are sent. */
  | ({ type: 'installed'; session: number } & InstalledKeys)
  | { type: 'counts'; id: number; counts: FrameCounts }
