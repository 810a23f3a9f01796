import type { LoadGenerator } from './load-generator.ts'
import type { RoomMember } from './media-server.ts'
import { receivingOffer } from './session-description.ts'
import { cameraParameters } from './video-parameters.ts'

let lastSsrc = 1000

/** Gives a member a client that sends a camera's picture, once the generator is told to send. */
export async function publish(member: RoomMember, generator: LoadGenerator): Promise<void> {
  const ssrc = ++lastSsrc
  const parameters = cameraParameters(ssrc)
  const payloadType = parameters.codecs[0]?.payloadType ?? 0
  const { sendTransport: transport } = member
  const dtlsParameters = await generator.open({ transport, direction: 'send', kind: 'video', payloadType, ssrc })
  await member.connect(transport.id, dtlsParameters)
  await member.publishCamera(parameters)
}

/** Gives a member a client that receives the stream they are offered first. */
export async function watch(member: RoomMember, generator: LoadGenerator): Promise<void> {
  const { id, kind, rtpParameters } = await member.offered()
  const { receiveTransport: transport } = member
  const dtlsParameters = await generator.open(receivingOffer(transport, kind, rtpParameters))
  await member.connect(transport.id, dtlsParameters)
  await member.resume(id)
}
