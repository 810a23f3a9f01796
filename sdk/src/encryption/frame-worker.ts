import { KeyRing, type FrameKeys } from '@curtain/e2ee/frame'
import { browserClock } from '../clock.ts'
import { pipeFrames } from './frame-pipe.ts'
import { FrameTally } from './frame-tally.ts'
import type { FrameWorkerToPage, GroupWorkerToFrameWorker, PageToFrameWorker } from './messages.ts'
import type { FrameTransformer, FrameWorkerScope } from './worker-scope.ts'

/** The frame worker: encrypts each frame that leaves and decrypts each that comes, with keys from the group worker. */

declare const self: FrameWorkerScope

const tally = new FrameTally()
const ring = Promise.withResolvers<KeyRing>()

function tellPage(message: FrameWorkerToPage): void {
  self.postMessage(message, [])
}

function connect({ keys, graceMs }: Extract<PageToFrameWorker, { type: 'connect' }>): void {
  const made = new KeyRing({ now: () => browserClock.now(), graceMs })
  ring.resolve(made)
  keys.addEventListener('message', ({ data }: MessageEvent<GroupWorkerToFrameWorker>) => {
    if (data.type === 'clear') made.clear()
    else if (data.type === 'left') made.stopSending()
    else install(made, data)
    // Where nothing is sent or received nothing else looks: keys must not stay longer for that.
    browserClock.after(graceMs + 1, () => made.expire())
  })
  keys.start()
}

let installed: FrameKeys | null = null

function install(made: KeyRing, { session, keys }: Extract<GroupWorkerToFrameWorker, { type: 'install' }>): void {
  const readableInMs = made.install(keys)
  installed = keys
  const { groupId, epoch } = keys
  const tell = (participantIds: string[]) => tellPage({ type: 'installed', session, groupId, epoch, participantIds })
  const everybody = keys.members.map(({ participantId }) => participantId)
  if (readableInMs === 0) return tell(everybody)
  // A key frame that is asked for now would come under the keys of before and be lost.
  tell([])
  browserClock.after(readableInMs, () => {
    if (installed === keys) tell(everybody)
  })
}

async function transform(transformer: FrameTransformer): Promise<void> {
  await pipeFrames({ transformer, options: transformer.options, ring: await ring.promise, clock: browserClock, tally })
}

self.addEventListener('message', ({ data }) => {
  if (data.type === 'connect') connect(data)
  else tellPage({ type: 'counts', id: data.id, counts: tally.counts })
})

self.addEventListener('rtctransform', ({ transformer }) => void transform(transformer))
