import { beforeEach, describe, expect, it } from 'vitest'
import { DeliveryRoom } from '../../../tests/support/delivery-room.ts'

let room: DeliveryRoom
beforeEach(() => {
  room = new DeliveryRoom()
})

describe('a commit that is not the one', () => {
  it('is refused, and the round goes on', async () => {
    const [anna, ben] = await room.group('anna', 'ben')
    const cem = await room.arrive('cem')
    const { groupId, epoch } = anna.last('mls.proposals')
    const another = `${room.visitId}.${'A'.repeat(22)}` as const
    expect(await anna.commit({ groupId: another })).toBe('mls-epoch')
    expect(await anna.commit({ epoch: epoch + 1 })).toBe('mls-epoch')
    expect(await anna.commit({ epoch: epoch - 1 })).toBe('mls-epoch')
    expect(await anna.commit({ welcome: null })).toBe('invalid-message')
    expect(await ben.commit()).toBe('mls-not-asked')
    const body = { groupId, epoch, commit: 'x', welcome: 'x' }
    expect(await room.ask(() => room.delivery.commit(cem, body))).toBe('mls-epoch')
    expect(cem.news()).toEqual([])
    expect(await anna.commit()).toBe('ok')
    expect(await anna.commit()).toBe('mls-epoch')
    expect(await anna.commit({ epoch: epoch + 1 })).toBe('mls-not-asked')
    await cem.leave()
    expect(await anna.commit({ welcome: 'x' })).toBe('invalid-message')
    expect(await anna.commit()).toBe('ok')
  })
})

describe('a message', () => {
  it('goes to everybody in the group but the sender, and to nobody else', async () => {
    const [anna, ben, cem] = await room.group('anna', 'ben', 'cem')
    const waiting = room.person('waiting')
    await waiting.register()
    await cem.leave()
    const dora = await room.arrive('dora')
    const { groupId } = anna.last('mls.proposals')
    expect(await anna.send(groupId, 2, 'one')).toBe('ok')
    expect(ben.all('mls.data')).toMatchObject([{ participantId: anna.id, groupId, epoch: 2 }])
    for (const one of [anna, cem, dora, waiting]) expect(one.all('mls.data')).toEqual([])
    for (const one of [cem, dora, waiting]) expect(await one.send(groupId, 2)).toBe('mls-epoch')
    await anna.commit()
    await anna.commit()
    // Sent before dora came: there is no key of hers for it.
    expect(await ben.send(groupId, 3)).toBe('ok')
    expect(await ben.send(groupId, 4)).toBe('ok')
    expect(dora.all('mls.data')).toMatchObject([{ epoch: 4 }])
    expect(await dora.send(groupId, 3)).toBe('mls-epoch')
  })

  it('is not for whoever takes no part in the chat', async () => {
    const [anna, ben, cem] = await room.group('anna', 'ben', 'cem')
    ben.chats = false
    const { groupId } = anna.last('mls.proposals')
    expect(await anna.send(groupId, 2, 'one')).toBe('ok')
    expect(ben.all('mls.data')).toEqual([])
    expect(cem.all('mls.data')).toHaveLength(1)
  })

  it('of somebody who says too much at once reaches nobody; the others are heard all the same', async () => {
    const [anna, ben, cem] = await room.group('anna', 'ben', 'cem')
    const { groupId } = anna.last('mls.proposals')
    const send = async (from: typeof anna, times: number, text?: string) => {
      for (let sent = 0; sent < times; sent++) await from.send(groupId, 2, text)
    }
    await send(anna, 50)
    expect(cem.all('mls.data')).toHaveLength(20)
    expect(await anna.send(groupId, 2)).toBe('rate-limited')
    expect(await ben.send(groupId, 2)).toBe('ok')
    await room.pass(10_000)
    cem.news()
    await send(anna, 20, 'x'.repeat(12 * 1024))
    expect(cem.all('mls.data')).toHaveLength(4)
    await room.pass(500)
    expect(await anna.send(groupId, 2)).toBe('ok')
  })

  it('is of this epoch or one of the last four', async () => {
    const [anna, ben] = await room.group('anna', 'ben')
    for (let turn = 0; turn < 3; turn++) {
      const guest = await room.arrive('guest')
      await anna.commit()
      await guest.leave()
      await anna.commit()
    }
    const { groupId, epoch } = anna.last('mls.proposals')
    const codes = await Promise.all([-4, -3, 1, 2].map((by) => ben.send(groupId, epoch + by)))
    expect(codes).toEqual(['mls-epoch', 'ok', 'ok', 'mls-epoch'])
    expect(await ben.send(`${room.visitId}.${'A'.repeat(22)}`, epoch)).toBe('mls-epoch')
  })
})
