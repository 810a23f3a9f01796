import type { VerificationCode } from '@curtain/e2ee'
import { encodeBytes, makeId, type ParticipantId, type VisitId } from '@curtain/protocol'
import type { PageToFrameWorker, PageToGroupWorker, PublicEpoch, TransformOptions } from '../src/encryption/messages.ts'
import { VisitEncryption } from '../src/encryption/visit-encryption.ts'
import type { EncryptionWorkers, WorkersListener } from '../src/encryption/workers.ts'
import type { Hello } from '../src/signal-connection.ts'
import type { VisitErrorCode } from '../src/visit-error.ts'
import { ManualClock } from './manual-clock.ts'

export const visitId: VisitId = makeId('visit', 1, new Uint8Array(10))
const participantId = (n: number): ParticipantId => makeId('participant', n, new Uint8Array(10))
export const [me, doctor] = [participantId(1), participantId(2)]
export const groupId = `${visitId}.AAAAAAAAAAAAAAAAAAAAAA` as const
export const otherGroupId = `${visitId}.AQEBAQEBAQEBAQEBAQEBAQ` as const
const serverNow = Date.parse('2026-03-01T09:30:00.000Z')
export const part = { picture: 1, digits: '007' }
export const code: VerificationCode = [part, part, part, part, part, part]

export function hello(mode: 'end-to-end' | 'transport'): Hello {
  const now = new Date(serverNow).toISOString()
  return {
    resumed: false,
    resumeToken: 'r'.repeat(43),
    sequence: 0,
    participant: { id: me, role: 'patient', displayName: 'Pat', admission: 'waiting' },
    grants: [],
    visit: {
      id: visitId,
      kind: 'consultation',
      encryption: mode,
      status: 'open',
      startsAt: now,
      organizationName: 'Clinic',
      clinicianName: 'Dr. Day',
    },
    room: { status: 'open', locked: false, startedAt: null, now, participants: [], waiting: [] },
    routerRtpCapabilities: {},
    encryption: mode === 'transport' ? { mode } : { mode, rosterKey: encodeBytes(new Uint8Array(32)) },
  }
}

export function epochOf(epoch: number, ...ids: ParticipantId[]): PublicEpoch {
  const members = ids.map((id, leaf) => ({
    participantId: id,
    role: 'guest' as const,
    displayName: `${leaf}`,
    signatureKey: 'k',
    leaf,
  }))
  return { groupId, epoch, self: ids.indexOf(me), members }
}

/** Both workers, in the test's hand. */
class TestWorkers implements EncryptionWorkers {
  readonly group: PageToGroupWorker[] = []
  readonly frames: PageToFrameWorker[] = []
  readonly transforms: TransformOptions[] = []
  isClosed = false
  readonly listener: WorkersListener

  constructor(listener: WorkersListener) {
    this.listener = listener
  }

  tellGroup(message: PageToGroupWorker): void {
    this.group.push(message)
  }
  tellFrames(message: PageToFrameWorker): void {
    this.frames.push(message)
  }
  transform(options: TransformOptions): RTCRtpScriptTransform {
    this.transforms.push(options)
    return {}
  }
  close(): void {
    this.isClosed = true
  }

  get session(): number {
    return this.group.findLast((message) => message.type === 'start')?.session ?? 0
  }

  /** The group and the frame worker have an epoch. */
  secure(epoch: PublicEpoch, session = this.session): void {
    this.listener.onGroup({ type: 'epoch', session, epoch })
    this.install(epoch, session)
  }

  /** The frame worker has an epoch. */
  install({ groupId: group, epoch, members }: PublicEpoch, session = this.session): void {
    const participantIds = members.map(({ participantId: id }) => id)
    this.listener.onFrames({ type: 'installed', session, groupId: group, epoch, participantIds })
  }
}

/** A visit’s encryption on one device, and what it told. */
export class VisitWorld {
  readonly clock = new ManualClock()
  readonly opened: TestWorkers[] = []
  readonly failures: VisitErrorCode[] = []
  readonly requests: unknown[] = []
  changes = 0
  keyChanges = 0
  mediaLosses = 0
  answer: () => Promise<unknown> = () => Promise.resolve({})
  readonly encryption: VisitEncryption

  constructor({ can = true, lacking = false, clockOffMs = 0 } = {}) {
    this.encryption = new VisitEncryption({
      signal: {
        request: (type, input) => {
          this.requests.push([type, input])
          return this.answer()
        },
      },
      clock: this.clock,
      dateNow: () => serverNow + clockOffMs,
      openWorkers: (listener) => {
        if (!can) return null
        const workers = new TestWorkers(listener)
        this.opened.push(workers)
        return workers
      },
      isBrowserLacking: () => Promise.resolve(lacking),
      onChange: () => (this.changes += 1),
      onKeys: () => (this.keyChanges += 1),
      onMediaLost: () => (this.mediaLosses += 1),
      onFailed: (failure) => this.failures.push(failure),
    })
  }

  get workers(): TestWorkers {
    const workers = this.opened.at(-1)
    if (workers === undefined) throw new Error('no workers were opened')
    return workers
  }
}
