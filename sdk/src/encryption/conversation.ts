import type { EncryptionErrorCode } from '@curtain/e2ee'
import { sealedMessage, type ParticipantId, type SealedMessage } from '@curtain/protocol'
import type { ChatMessage } from '../types.ts'
import { VisitError, type VisitErrorCode } from '../visit-error.ts'
import { emptyChat, failedMessage, withReceived, withSending, withState, type ChatHistory } from './chat-history.ts'
import {
  afterCompared,
  afterDismissal,
  afterEpoch,
  afterOwnComparison,
  nothingCompared,
  type CodeComparison,
} from './code-comparison.ts'
import { decodeSealed, encodeSealed } from './sealed-bytes.ts'

interface Speaker {
  participantId: ParticipantId
  displayName: string
}

export interface ConversationOptions {
  /** Encrypts for the others in the group and passes it on. Answers with why it was refused, or null. */
  send(bytes: Uint8Array): Promise<EncryptionErrorCode | null>
  /** This client's clock, milliseconds since 1970. */
  now(): number
  onChange(): void
}

const refusals: Partial<Record<EncryptionErrorCode, VisitErrorCode>> = {
  'not-in-group': 'not-joined',
  late: 'mls-epoch',
  disconnected: 'unreachable',
}

/** What people in a visit say to each other beside their voices: chat, and that they compared the code. */
export class Conversation {
  readonly #options: ConversationOptions
  #chat: ChatHistory = emptyChat
  #comparison: CodeComparison = nothingCompared
  /** The names that messages are shown with; somebody who left may have one on its way. */
  readonly #names = new Map<ParticipantId, string>()
  #self: ParticipantId | null = null

  constructor(options: ConversationOptions) {
    this.#options = options
  }

  get messages(): readonly ChatMessage[] {
    return this.#chat.messages
  }

  get comparison(): CodeComparison {
    return this.#comparison
  }

  /** Keys changed; from here on these are who can speak. */
  epochChanged(epoch: number, members: readonly Speaker[], self: ParticipantId): void {
    this.#self = self
    for (const { participantId, displayName } of members) this.#names.set(participantId, displayName)
    this.#comparison = afterEpoch(this.#comparison, epoch)
  }

  /** Another member's message, as the encryption proved it to be theirs. What it cannot be understood as is dropped. */
  receive(senderId: ParticipantId, bytes: Uint8Array): void {
    const message = decodeSealed(bytes)
    if (message === null) return
    if (message.type === 'compared') this.#comparison = afterCompared(this.#comparison, senderId, message.epoch)
    else this.#chat = withReceived(this.#chat, this.#said(senderId, message.text))
    this.#options.onChange()
  }

  /** @throws VisitError `invalid-input`, `not-joined`, `unreachable`… */
  async say(text: string): Promise<void> {
    const message = sealedMessage.safeParse({ type: 'chat', text })
    if (!message.success || message.data.type !== 'chat') throw new VisitError('invalid-input')
    if (this.#self === null) throw new VisitError('not-joined')
    const id = this.#chat.nextId
    this.#chat = withSending(this.#chat, this.#said(this.#self, message.data.text))
    this.#options.onChange()
    await this.#pass(id, message.data)
  }

  /** @throws VisitError as `say`; `invalid-input` for what is no failed message of one's own */
  async sayAgain(id: number): Promise<void> {
    const message = failedMessage(this.#chat, id)
    if (message === undefined) throw new VisitError('invalid-input')
    this.#chat = withState(this.#chat, id, 'sending')
    this.#options.onChange()
    await this.#pass(id, { type: 'chat', text: message.text })
  }

  /** This person compared the code of this epoch. @throws VisitError */
  async compared(epoch: number): Promise<void> {
    if (this.#self === null) throw new VisitError('not-joined')
    this.#comparison = afterOwnComparison(this.#comparison, this.#self, epoch)
    this.#options.onChange()
    await this.#send({ type: 'compared', epoch })
  }

  dismissCodeChange(): void {
    this.#comparison = afterDismissal(this.#comparison)
    this.#options.onChange()
  }

  #said(senderId: ParticipantId, text: string) {
    return { senderId, senderName: this.#names.get(senderId) ?? '', text, at: this.#options.now() }
  }

  async #pass(id: number, message: SealedMessage): Promise<void> {
    const settle = (state: ChatMessage['state']) => {
      this.#chat = withState(this.#chat, id, state)
      this.#options.onChange()
    }
    try {
      await this.#send(message)
      settle('sent')
    } catch (error) {
      settle('failed')
      throw error
    }
  }

  async #send(message: SealedMessage): Promise<void> {
    const refusal = await this.#options.send(encodeSealed(message))
    if (refusal !== null) throw new VisitError(refusals[refusal] ?? 'internal')
  }
}
