import { limits } from '@curtain/protocol'
import { hasEncodedTransform } from '../capabilities.ts'
import type {
  FrameWorkerToPage,
  GroupWorkerToPage,
  PageToFrameWorker,
  PageToGroupWorker,
  TransformOptions,
} from './messages.ts'

export interface WorkersListener {
  onGroup(message: GroupWorkerToPage): void
  onFrames(message: FrameWorkerToPage): void
  /** One of them cannot go on; both are of no use then. */
  onBroken(): void
}

/** The group worker and the frame worker of this page, connected with each other. */
export interface EncryptionWorkers {
  tellGroup(message: PageToGroupWorker): void
  tellFrames(message: PageToFrameWorker): void
  /** For the `transform` of a sender or a receiver; without keys it lets nothing through. */
  transform(options: TransformOptions): RTCRtpScriptTransform
  /** Ends both, and the keys with them. May be called twice. */
  close(): void
}

/** Starts both workers, which load beside the page. Null where the browser could not hand them any frames. */
export function openWorkers(listener: WorkersListener): EncryptionWorkers | null {
  if (!hasEncodedTransform()) return null
  const group = new Worker(new URL('./group-worker.ts', import.meta.url), { type: 'module', name: 'curtain-group' })
  const frames = new Worker(new URL('./frame-worker.ts', import.meta.url), { type: 'module', name: 'curtain-frames' })
  const tellGroup = (message: PageToGroupWorker, transfer: Transferable[] = []) => group.postMessage(message, transfer)
  const tellFrames = (message: PageToFrameWorker, transfer: Transferable[] = []) =>
    frames.postMessage(message, transfer)
  const listening = new AbortController()
  const { signal } = listening

  group.addEventListener('message', ({ data }: MessageEvent<GroupWorkerToPage>) => listener.onGroup(data), { signal })
  frames.addEventListener('message', ({ data }: MessageEvent<FrameWorkerToPage>) => listener.onFrames(data), { signal })
  for (const worker of [group, frames]) {
    worker.addEventListener('error', () => listener.onBroken(), { signal })
    worker.addEventListener('messageerror', () => listener.onBroken(), { signal })
  }
  // Keys take this way and never the page's.
  const keys = new MessageChannel()
  tellGroup({ type: 'connect', frames: keys.port1 }, [keys.port1])
  tellFrames({ type: 'connect', keys: keys.port2, graceMs: limits.frameKeyGraceMs }, [keys.port2])

  return {
    tellGroup: (message) => tellGroup(message),
    tellFrames: (message) => tellFrames(message),
    transform: (options) => new RTCRtpScriptTransform(frames, options),
    close: () => {
      // A message that is on its way already is of no interest either.
      listening.abort()
      group.terminate()
      frames.terminate()
    },
  }
}
