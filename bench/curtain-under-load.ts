import type { ConsumerOffer, DtlsParameters, RequestResult, RtpParameters, TransportOffer } from '@curtain/protocol'
import type { SignallingClient } from '@curtain/tests/support/signalling-client.ts'
import { Clinic } from './clinic.ts'
import type { MediaServer, RoomMember } from './media-server.ts'
import { clientCapabilities } from './video-parameters.ts'

/** A whole Curtain: its rooms are visits, its members come through links, the waiting room and signalling. */
export async function startCurtainUnderLoad(): Promise<MediaServer> {
  const clinic = await Clinic.open()
  return {
    name: 'Curtain',
    workerPid: clinic.workerPid,
    controlPid: clinic.curtain.pid(),
    openRoom: async (people) => {
      const { visitId, link } = await clinic.makeVisit()
      const host = await clinic.connectHost(visitId)
      const members = [await CurtainMember.join(host.client)]
      while (members.length < people) {
        const invitation = members.length === 1 ? link : await clinic.inviteGuest(visitId, `Guest ${members.length}`)
        const guest = await clinic.connectInvited(visitId, invitation)
        await host.client.request('admit', { participantId: guest.id })
        await guest.client.notified('admitted')
        members.push(await CurtainMember.join(guest.client))
      }
      return members
    },
    [Symbol.asyncDispose]: async () => await clinic[Symbol.asyncDispose](),
  }
}

class CurtainMember implements RoomMember {
  readonly #client: SignallingClient
  readonly #joined: RequestResult<'join'>

  static async join(client: SignallingClient): Promise<CurtainMember> {
    return new CurtainMember(client, await client.request('join', { rtpCapabilities: clientCapabilities }))
  }

  private constructor(client: SignallingClient, joined: RequestResult<'join'>) {
    this.#client = client
    this.#joined = joined
  }

  get sendTransport(): TransportOffer {
    return this.#joined.sendTransport
  }

  get receiveTransport(): TransportOffer {
    return this.#joined.receiveTransport
  }

  async connect(transportId: string, dtlsParameters: DtlsParameters): Promise<void> {
    await this.#client.request('transport.connect', { transportId, dtlsParameters })
  }

  async publishCamera(rtpParameters: RtpParameters): Promise<void> {
    const transportId = this.#joined.sendTransport.id
    await this.#client.request('producer.create', { transportId, kind: 'video', source: 'camera', rtpParameters })
  }

  async offered(): Promise<ConsumerOffer> {
    const [first] = this.#joined.consumers
    return first ?? (await this.#client.notified('consumer.added')).consumer
  }

  async resume(consumerId: string): Promise<void> {
    await this.#client.request('consumer.resume', { consumerId })
  }
}
