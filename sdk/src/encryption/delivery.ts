import { EncryptionError, type Delivery, type EncryptionErrorCode } from '@curtain/e2ee'
import { encodeBytes, type MlsGroupId, type RequestInput } from '@curtain/protocol'
import { VisitError, type VisitErrorCode } from '../visit-error.ts'
import type { DeliveryRequest, DeliveryType } from './messages.ts'

/** In the group worker: a group session's requests, as messages to the page and answers from it. */
export class RemoteDelivery implements Delivery {
  readonly #post: (id: number, request: DeliveryRequest) => void
  readonly #unanswered = new Map<number, { resolve: () => void; reject: (error: EncryptionError) => void }>()
  readonly #takeId: () => number

  /** @param takeId gives another number each time, across all deliveries of this worker. */
  constructor(takeId: () => number, post: (id: number, request: DeliveryRequest) => void) {
    this.#takeId = takeId
    this.#post = post
  }

  register(keyPackage: Uint8Array, lost: { groupId: MlsGroupId; epoch: number } | null): Promise<void> {
    return this.#ask({ type: 'mls.register', input: { keyPackage: encodeBytes(keyPackage), lost } })
  }

  created(groupId: MlsGroupId): Promise<void> {
    return this.#ask({ type: 'mls.created', input: { groupId } })
  }

  commit(groupId: MlsGroupId, epoch: number, commit: Uint8Array, welcome: Uint8Array | null): Promise<void> {
    const input = {
      groupId,
      epoch,
      commit: encodeBytes(commit),
      welcome: welcome === null ? null : encodeBytes(welcome),
    }
    return this.#ask({ type: 'mls.commit', input })
  }

  data(groupId: MlsGroupId, epoch: number, message: Uint8Array): Promise<void> {
    return this.#ask({ type: 'mls.data', input: { groupId, epoch, message: encodeBytes(message) } })
  }

  /** The page's answer to a request; one of another delivery is ignored. */
  answered(id: number, refusal: EncryptionErrorCode | null): void {
    const asked = this.#unanswered.get(id)
    this.#unanswered.delete(id)
    if (refusal === null) asked?.resolve()
    else asked?.reject(new EncryptionError(refusal))
  }

  #ask(request: DeliveryRequest): Promise<void> {
    const id = this.#takeId()
    return new Promise((resolve, reject) => {
      this.#unanswered.set(id, { resolve, reject })
      this.#post(id, request)
    })
  }
}

/** What a refusal of the server's means to a group session. */
const refusals: Partial<Record<VisitErrorCode, EncryptionErrorCode>> = {
  'mls-epoch': 'late',
  'mls-not-asked': 'late',
  'key-package-invalid': 'bad-key-package',
  'key-package-reused': 'bad-key-package',
  closed: 'disconnected',
  'resume-refused': 'disconnected',
}

/** The part of a signalling connection that is used here. */
export interface DeliverySignal {
  /** @throws VisitError */
  request<Type extends DeliveryType>(type: Type, input: RequestInput<Type>): Promise<unknown>
}

/** On the page: sends such a request. Answers with why it was refused, or null; never rejects. */
export async function deliver(signal: DeliverySignal, request: DeliveryRequest): Promise<EncryptionErrorCode | null> {
  try {
    await sendRequest(signal, request)
    return null
  } catch (error) {
    // Any other: the server does not want this one. A message of a person's is theirs to send again.
    const refusal = error instanceof VisitError ? refusals[error.code] : undefined
    return refusal ?? (request.type === 'mls.data' ? 'disconnected' : 'late')
  }
}

function sendRequest(signal: DeliverySignal, request: DeliveryRequest): Promise<unknown> {
  // One by one, so that each type is sent with its own input.
  if (request.type === 'mls.register') return signal.request(request.type, request.input)
  if (request.type === 'mls.created') return signal.request(request.type, request.input)
  if (request.type === 'mls.commit') return signal.request(request.type, request.input)
  return signal.request(request.type, request.input)
}
