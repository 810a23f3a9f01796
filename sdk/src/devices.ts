import { missingCapabilities } from './capabilities.ts'
import { rememberedDevice } from './remembered-devices.ts'

export type DeviceKind = 'camera' | 'microphone' | 'speaker'

export interface MediaDevice {
  kind: DeviceKind
  id: string
  /** Empty until the person has allowed a device of this kind. */
  label: string
}

/**
 * Why a device cannot be used.
 * `denied` the person said no, now or before · `denied-by-system` the operating system or a policy of the page or
 * organization says no · `dismissed` the question was closed without an answer · `not-found` there is none (any more) ·
 * `in-use` something else holds it, or it failed to start · `insecure` the page did not come over HTTPS ·
 * `unsupported` the browser cannot.
 */
export type DeviceFailure =
  | 'denied'
  | 'denied-by-system'
  | 'dismissed'
  | 'not-found'
  | 'in-use'
  | 'insecure'
  | 'unsupported'

export class DeviceError extends Error {
  readonly failure: DeviceFailure

  constructor(failure: DeviceFailure, options?: ErrorOptions) {
    super(`media device: ${failure}`, options)
    this.name = 'DeviceError'
    this.failure = failure
  }
}

/**
 * What a failure of `getUserMedia` or `getDisplayMedia` means (Media Capture and Streams §10.2). Browsers differ in
 * the name they give and only hint at the rest in the message.
 */
export function classifyDeviceFailure(error: unknown): DeviceFailure {
  if (!(error instanceof Error)) return 'unsupported'
  switch (error.name) {
    case 'NotAllowedError':
    case 'PermissionDeniedError':
      if (/system|policy|disallowed by/i.test(error.message)) return 'denied-by-system'
      return /dismiss/i.test(error.message) ? 'dismissed' : 'denied'
    case 'SecurityError':
      return 'denied-by-system'
    case 'NotFoundError':
    case 'DevicesNotFoundError':
    case 'OverconstrainedError':
      return 'not-found'
    case 'NotReadableError':
    case 'TrackStartError':
    case 'AbortError':
    case 'InvalidStateError':
      return 'in-use'
    default:
      return 'unsupported'
  }
}

const constraintsOf = {
  camera: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } },
  microphone: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: { ideal: 1 } },
} as const

/**
 * Opens a camera or microphone, asking the person if need be.
 * @param deviceId the one to open; by default the one remembered, if it is still there, else the browser's choice.
 * @returns its track; whoever asked stops it (or gives it to `VisitClient.publish`).
 * @throws DeviceError
 */
export async function openDevice(kind: 'camera' | 'microphone', deviceId?: string): Promise<MediaStreamTrack> {
  const constraints = constraintsFor(kind, deviceId)
  const [track] = await openTracks(kind === 'camera' ? { video: constraints } : { audio: constraints })
  if (track === undefined) throw new DeviceError('not-found')
  return track
}

/**
 * Opens both with one question to the person instead of two.
 * @throws DeviceError where not both can be had; `openDevice` then says which
 */
export async function openCameraAndMicrophone(): Promise<{ camera: MediaStreamTrack; microphone: MediaStreamTrack }> {
  const tracks = await openTracks({ video: constraintsFor('camera'), audio: constraintsFor('microphone') })
  const camera = tracks.find(({ kind }) => kind === 'video')
  const microphone = tracks.find(({ kind }) => kind === 'audio')
  if (camera === undefined || microphone === undefined) throw new DeviceError('not-found')
  return { camera, microphone }
}

function constraintsFor(kind: 'camera' | 'microphone', deviceId?: string): MediaTrackConstraints {
  const remembered = rememberedDevice(kind)
  // A device asked for by name must be that one; a remembered one may be gone.
  const wanted = deviceId === undefined ? { ideal: remembered ?? '' } : { exact: deviceId }
  return { ...constraintsOf[kind], ...(deviceId ?? remembered ? { deviceId: wanted } : {}) }
}

async function openTracks(constraints: MediaStreamConstraints): Promise<MediaStreamTrack[]> {
  const missing = missingCapabilities()
  if (missing.includes('secure-context')) throw new DeviceError('insecure')
  if (missing.includes('media-devices') || missing.includes('webrtc')) throw new DeviceError('unsupported')
  const stream = await navigator.mediaDevices.getUserMedia(constraints).catch((cause: unknown) => {
    throw new DeviceError(classifyDeviceFailure(cause), { cause })
  })
  return stream.getTracks()
}

/**
 * Asks the person to choose a screen, window or tab. `audio` is null where the choice has no sound.
 * @throws DeviceError `denied` also when the person closes the choice, which the browser does not tell apart
 */
export async function openScreen(): Promise<{ video: MediaStreamTrack; audio: MediaStreamTrack | null }> {
  if (typeof navigator.mediaDevices?.getDisplayMedia !== 'function') throw new DeviceError('unsupported')
  const stream = await navigator.mediaDevices
    .getDisplayMedia({ video: { frameRate: { ideal: 15, max: 30 } }, audio: true })
    .catch((cause: unknown) => {
      throw new DeviceError(classifyDeviceFailure(cause), { cause })
    })
  const video = stream.getVideoTracks()[0]
  if (video === undefined) throw new DeviceError('not-found')
  return { video, audio: stream.getAudioTracks()[0] ?? null }
}

const kinds: Record<MediaDeviceKind, DeviceKind> = {
  videoinput: 'camera',
  audioinput: 'microphone',
  audiooutput: 'speaker',
}

/** The devices there are. Before the person allowed any, browsers hide labels and most of the list. */
export async function listDevices(): Promise<readonly MediaDevice[]> {
  if (typeof navigator.mediaDevices?.enumerateDevices !== 'function') return []
  const devices = await navigator.mediaDevices.enumerateDevices()
  return devices
    .filter(({ deviceId }) => deviceId !== '')
    .map(({ kind, deviceId, label }) => ({ kind: kinds[kind], id: deviceId, label }))
}

/** Calls back when a device is plugged in or out. Returns the function that stops it. */
export function onDevicesChange(listener: () => void): () => void {
  const { mediaDevices } = navigator
  if (mediaDevices === undefined) return () => {}
  mediaDevices.addEventListener('devicechange', listener)
  return () => mediaDevices.removeEventListener('devicechange', listener)
}

/**
 * Whether using a device would ask, is allowed already, or is refused; null where the browser does not say (Firefox,
 * older Safari).
 */
export async function devicePermission(kind: 'camera' | 'microphone'): Promise<PermissionState | null> {
  try {
    // Not every browser knows these names; it rejects then.
    const status = await navigator.permissions.query({ name: kind })
    return status.state
  } catch {
    return null
  }
}

/**
 * Plays an element's sound on the given speaker.
 * @throws DeviceError `unsupported` where browsers do not offer it; `not-found`, `denied`
 */
export async function chooseSpeaker(element: HTMLMediaElement, speakerId: string): Promise<void> {
  if (!('setSinkId' in element)) throw new DeviceError('unsupported')
  await element.setSinkId(speakerId).catch((cause: unknown) => {
    throw new DeviceError(classifyDeviceFailure(cause), { cause })
  })
}
