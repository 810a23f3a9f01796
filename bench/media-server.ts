import type { ConsumerOffer, DtlsParameters, RtpParameters, TransportOffer } from '@curtain/protocol'

/** A media server as the load sees it: the same for Curtain and for bare mediasoup, which stands beside it. */
export interface MediaServer extends AsyncDisposable {
  readonly name: string
  /** The process that forwards: one worker. */
  readonly workerPid: number
  /** The Node process that told it what to do; null where it is the bench's own. */
  readonly controlPid: number | null
  /** A room with this many people, who are in it and have their transports, but send and receive nothing yet. */
  openRoom(people: number): Promise<RoomMember[]>
}

/** Somebody in a room. */
export interface RoomMember {
  readonly sendTransport: TransportOffer
  readonly receiveTransport: TransportOffer
  connect(transportId: string, dtlsParameters: DtlsParameters): Promise<void>
  /** Sends a camera's picture; the others in the room are offered it. */
  publishCamera(rtpParameters: RtpParameters): Promise<void>
  /** Resolves with the first stream of somebody else that is offered to this member. */
  offered(): Promise<ConsumerOffer>
  /** Lets the packets of an offered stream flow. */
  resume(consumerId: string): Promise<void>
}
