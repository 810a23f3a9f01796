import type { VisitId } from '@curtain/protocol'
import { expect } from 'vitest'
import type { Clinic, Joined } from './clinic.ts'
import { microphone } from './rtp-parameters.ts'

/** The others hear of those who are in, media goes through, and somebody new comes in and joins. */
export async function isUnharmed(clinic: Clinic, visitId: VisitId, host: Joined, patient?: Joined): Promise<void> {
  if (patient !== undefined) {
    patient.client.forget()
    const { producerId } = await host.client.request('producer.create', microphone(host.joined.sendTransport.id))
    const { consumer } = await patient.client.notified('consumer.added')
    expect(consumer).toMatchObject({ producerId, participantId: host.id })
    await patient.client.request('consumer.resume', { consumerId: consumer.id })
    await host.client.request('producer.close', { producerId })
    await patient.client.notified('consumer.closed', (one) => one.consumerId === consumer.id)
  }
  const guest = await clinic.comeByLink(await clinic.inviteGuest(visitId))
  await host.client.notified('waiting.added', (one) => one.participant.id === guest.id)
  await host.client.request('admit', { participantId: guest.id })
  await clinic.join(guest)
  await guest.client.request('leave', {})
  await host.client.notified('participant.left', (one) => one.participantId === guest.id)
}
