import {
  DeviceError,
  listDevices,
  onDevicesChange,
  openCameraAndMicrophone,
  openDevice,
  rememberDevice,
  rememberedDevice,
  type DeviceFailure,
  type MediaDevice,
  type VisitClient,
} from '@curtain/client'

/** What one sends with; the loudspeaker is chosen, but not opened. */
export type Opened = 'camera' | 'microphone'

/** Where a camera or microphone stands. Whether it is on is the client's to say: it owns the track. */
export interface DeviceState {
  starting: boolean
  failure: DeviceFailure | null
}

export interface DevicesSnapshot {
  camera: DeviceState
  microphone: DeviceState
  all: readonly MediaDevice[]
  /** Null is the device's own. */
  speakerId: string | null
}

const resting: DeviceState = { starting: false, failure: null }

function failureOf(error: unknown): DeviceFailure {
  return error instanceof DeviceError ? error.failure : 'unsupported'
}

/** Opens this person's camera and microphone and hands their tracks to the client, which sends them once joined. */
export class Devices {
  #client: VisitClient
  #snapshot: DevicesSnapshot
  #listeners = new Set<() => void>()
  #stopListening: () => void
  #closed = false

  constructor(client: VisitClient) {
    this.#client = client
    this.#snapshot = { camera: resting, microphone: resting, all: [], speakerId: rememberedDevice('speaker') }
    this.#stopListening = onDevicesChange(() => void this.#list())
  }

  get snapshot(): DevicesSnapshot {
    return this.#snapshot
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Asks for both at once; where that fails, for each alone, so that one of them may still work. */
  async turnBothOn(): Promise<void> {
    this.#change({ camera: { starting: true, failure: null }, microphone: { starting: true, failure: null } })
    try {
      const { camera, microphone } = await openCameraAndMicrophone()
      await Promise.all([this.#hand('camera', camera), this.#hand('microphone', microphone)])
      this.#change({ camera: resting, microphone: resting })
      await this.#list()
    } catch (error) {
      const failure = failureOf(error)
      if (failure === 'dismissed' || failure === 'insecure' || failure === 'unsupported') {
        this.#change({ camera: { starting: false, failure }, microphone: { starting: false, failure } })
        return
      }
      // One after the other: two questions at once confuse.
      await this.turnOn('microphone')
      await this.turnOn('camera')
    }
  }

  /**
   * Opens one. A failure is not thrown but told in the snapshot.
   * @param deviceId by default the one used last, else the browser's choice.
   * @returns whether it is on now.
   */
  async turnOn(kind: Opened, deviceId?: string): Promise<boolean> {
    this.#change({ [kind]: { starting: true, failure: null } })
    try {
      await this.#hand(kind, await this.#open(kind, deviceId))
      this.#change({ [kind]: resting })
      return true
    } catch (error) {
      this.#change({ [kind]: { starting: false, failure: failureOf(error) } })
      return false
    } finally {
      await this.#list()
    }
  }

  /** Lets the device go, so that its light goes out. */
  async turnOff(kind: Opened): Promise<void> {
    await this.#client.unpublish(kind)
    this.#change({ [kind]: resting })
  }

  /** Uses another device from now on and the next time. */
  async choose(device: { kind: Opened; id: string }): Promise<void> {
    if (await this.turnOn(device.kind, device.id)) rememberDevice(device.kind, device.id)
  }

  chooseSpeaker(id: string): void {
    rememberDevice('speaker', id)
    this.#change({ speakerId: id })
  }

  /** Stops watching. The tracks are the client's to stop. */
  close(): void {
    this.#closed = true
    this.#stopListening()
    this.#listeners.clear()
  }

  async #open(kind: Opened, deviceId: string | undefined): Promise<MediaStreamTrack> {
    try {
      return await openDevice(kind, deviceId)
    } catch (error) {
      // Phones open one camera at a time: let the first one go, then ask again.
      const isOn = this.#client.snapshot.local.some(({ source }) => source === kind)
      if (failureOf(error) !== 'in-use' || !isOn) throw error
      await this.#client.unpublish(kind)
      return openDevice(kind, deviceId)
    }
  }

  async #hand(kind: Opened, track: MediaStreamTrack): Promise<void> {
    if (this.#closed || this.#client.snapshot.phase === 'ended') track.stop()
    else await this.#client.publish(kind, track)
  }

  async #list(): Promise<void> {
    const all = await listDevices()
    if (!this.#closed) this.#change({ all })
  }

  #change(change: Partial<DevicesSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change }
    for (const listener of this.#listeners) listener()
  }
}
