import { EncryptionError, type Epoch } from '@curtain/e2ee'
import { GroupSession, ourSuite } from '@curtain/e2ee/group'
import type { MlsGroupId } from '@curtain/protocol'
import { browserClock } from '../clock.ts'
import { RemoteDelivery } from './delivery.ts'
import type { GroupWorkerToFrameWorker, GroupWorkerToPage, PageToGroupWorker } from './messages.ts'
import type { GroupWorkerScope } from './worker-scope.ts'

/**
 * The group worker: this device's part in the visit's MLS group. Its private keys are made here and stay here; media
 * keys leave for the frame worker only, as keys that cannot be read out.
 */

declare const self: GroupWorkerScope

/**
 * Deriving a code is slow on purpose. It waits until pictures come under the new keys, and is spared where several people
 * come at once.
 */
const codeAfterMs = 1000

let frames: MessagePort | null = null
let current: { session: GroupSession; delivery: RemoteDelivery; groupId: MlsGroupId | null } | null = null
let lastRequestId = 0
let cancelCode = () => {}

// The suite takes a moment to load: it does so while somebody looks at themselves.
void ourSuite().catch(() => {})

function tellPage(message: GroupWorkerToPage): void {
  self.postMessage(message, [])
}

function tellFrames(message: GroupWorkerToFrameWorker): void {
  frames?.postMessage(message, [])
}

function start({ session, visitId, participantId, rosterKey, clockOffsetMs }: StartMessage): void {
  current?.session.close()
  cancelCode()
  tellFrames({ type: 'clear' })
  const delivery = new RemoteDelivery(
    () => (lastRequestId += 1),
    (id, request) => tellPage({ type: 'request', session, id, request }),
  )
  const group = new GroupSession({
    visitId,
    participantId,
    rosterKey,
    delivery,
    now: () => Date.now() + clockOffsetMs,
    onEpoch: (epoch) => {
      made.groupId = epoch.groupId
      tellEpoch(session, epoch)
    },
    onLeft: () => {
      made.groupId = null
      cancelCode()
      // Nothing is sent under its keys any more, whatever becomes of this device.
      tellFrames({ type: 'left' })
      tellPage({ type: 'left', session })
    },
    onMessage: (message) => tellPage({ type: 'message', session, ...message }),
    onProblem: ({ code }, isHopeless) => tellPage({ type: 'problem', session, code, isHopeless }),
  })
  const made: NonNullable<typeof current> = { session: group, delivery, groupId: null }
  current = made
  group.start()
}
type StartMessage = Extract<PageToGroupWorker, { type: 'start' }>

function tellEpoch(session: number, epoch: Epoch): void {
  const { groupId, epoch: number, self: leaf, members, baseKey } = epoch
  tellFrames({ type: 'install', session, keys: { groupId, epoch: number, baseKey, self: leaf, members } })
  tellPage({ type: 'epoch', session, epoch: { groupId, epoch: number, self: leaf, members } })
  cancelCode()
  cancelCode = browserClock.after(codeAfterMs, () => void tellCode(session, epoch))
}

async function tellCode(session: number, epoch: Epoch): Promise<void> {
  const code = await epoch.code()
  tellPage({ type: 'code', session, groupId: epoch.groupId, epoch: epoch.epoch, code })
}

async function send({ id, groupId, bytes }: Extract<PageToGroupWorker, { type: 'send' }>): Promise<void> {
  try {
    if (current === null) throw new EncryptionError('not-in-group')
    // What was said to some is not said to others: the page may not know yet that the group is another one.
    if (current.groupId !== groupId) throw new EncryptionError('late')
    await current.session.send(bytes)
    tellPage({ type: 'sent', id, refusal: null })
  } catch (error) {
    tellPage({ type: 'sent', id, refusal: error instanceof EncryptionError ? error.code : 'bad-message' })
  }
}

self.addEventListener('message', ({ data }) => {
  switch (data.type) {
    case 'connect':
      frames = data.frames
      return
    case 'start':
      start(data)
      return
    case 'notification':
      current?.session.receive(data.notification)
      return
    case 'send':
      void send(data)
      return
    case 'answer':
      current?.delivery.answered(data.id, data.refusal)
  }
})
