import type { MediaSource } from '@curtain/protocol'
import { FrameReceiver, FrameSender, KeyRing } from '../src/frame/index.ts'
import { epochKeys } from './frame-keys.ts'

/** The key rings of some participants, on one clock that stands still until `ms` is set. */
export class FrameDevices {
  ms = 0
  #firstCounter: bigint
  #rings = new Map<string, KeyRing>()

  constructor(firstCounter = 0n) {
    this.#firstCounter = firstCounter
  }

  /** The ring of a participant, empty at first; with 10 s of grace. */
  ring(name: string): KeyRing {
    let ring = this.#rings.get(name)
    if (ring === undefined) {
      ring = new KeyRing({ now: () => this.ms, graceMs: 10_000, firstCounter: this.#firstCounter })
      this.#rings.set(name, ring)
    }
    return ring
  }

  /** All of them install the epoch of which they are the members. */
  async enter(names: readonly string[], epoch: number, groupId?: string): Promise<void> {
    const keysFor = await epochKeys(names, epoch, groupId)
    for (const name of names.filter((name) => name !== '')) this.ring(name).install(keysFor(name))
  }

  sender(name: string, source: MediaSource): FrameSender {
    return new FrameSender(this.ring(name), source)
  }

  /** What `name` opens the stream of one source of `participantId` with. */
  receiver(name: string, participantId: string, source: MediaSource): FrameReceiver {
    return new FrameReceiver(this.ring(name), { participantId, source })
  }
}
