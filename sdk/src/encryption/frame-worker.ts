import { KeyRing } from '@curtain/e2ee/frame'
import { limits } from '@curtain/protocol'
import { browserClock } from '../clock.ts'
import { pipeFrames } from './frame-pipe.ts'
import { FrameTally } from './frame-tally.ts'
import type { FrameWorkerToPage, GroupWorkerToFrameWorker } from './messages.ts'
import type { FrameWorkerScope } from './worker-scope.ts'

/** The frame worker: encrypts each frame that leaves and decrypts each that comes, with keys from the group worker. */

declare const self: FrameWorkerScope

const ring = new KeyRing({ now: () => browserClock.now(), graceMs: limits.frameKeyGraceMs })
const tally = new FrameTally()

function tellPage(message: FrameWorkerToPage): void {
  self.postMessage(message, [])
}

function keysCame(message: GroupWorkerToFrameWorker): void {
  if (message.type === 'clear') {
    ring.clear()
    return
  }
  const { session, keys } = message
  ring.install(keys)
  tellPage({ type: 'installed', session, participantIds: keys.members.map(({ participantId }) => participantId) })
  // Where nothing is sent or received nothing else looks: keys must not stay longer for that.
  browserClock.after(limits.frameKeyGraceMs + 1, () => ring.expire())
}

self.addEventListener('message', ({ data }) => {
  if (data.type === 'count') tellPage({ type: 'counts', id: data.id, counts: tally.counts })
  else {
    const { keys } = data
    keys.addEventListener('message', (event: MessageEvent<GroupWorkerToFrameWorker>) => keysCame(event.data))
    keys.start()
  }
})

self.addEventListener('rtctransform', ({ transformer }) => {
  void pipeFrames({ transformer, options: transformer.options, ring, clock: browserClock, tally })
})
