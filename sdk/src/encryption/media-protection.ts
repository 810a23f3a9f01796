import type { MediaSource } from '@curtain/protocol'

/** What sending and receiving ask of a visit's encryption. In a transport-only visit it does nothing and allows all. */
export interface MediaProtection {
  /** Whether media is encrypted before it leaves this device. Only VP8 and Opus can be. */
  readonly isEndToEnd: boolean
  /** Whether what is sent now goes out: there are keys, or none are needed. */
  readonly canSend: boolean
  /** Whether frames of this participant can be read now. */
  canRead(participantId: string): boolean
  /**
   * Sees to it that nothing leaves a sender in the clear. To be called before its negotiation.
   * @throws VisitError `unsupported-browser`
   */
  protectSender(sender: Pick<RTCRtpSender, 'transform'>, source: MediaSource): void
  /**
   * Lets nothing through that is not authentic, of this participant and of this source. To be called before frames
   * come. @throws VisitError `unsupported-browser`
   */
  protectReceiver(
    receiver: Pick<RTCRtpReceiver, 'transform'>,
    from: { participantId: string; source: MediaSource },
  ): void
}
