import { rosterBody } from '@curtain/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { DeliveryRoom, namesOf, proposalsOf } from '../../../tests/support/delivery-room.ts'

const { commitMs } = DeliveryRoom
let room: DeliveryRoom
beforeEach(() => {
  room = new DeliveryRoom()
})

describe('a group begins', () => {
  it('with the first who is in and has registered, in whichever order, alone on its roster', async () => {
    const waiting = room.person('waiting')
    await waiting.register()
    const silent = room.person('silent')
    room.delivery.admitted(silent)
    await room.settle()
    expect([...waiting.news(), ...silent.news()]).toEqual([])
    const anna = await room.arrive('anna')
    const create = anna.last('mls.create')
    expect(create.groupId.startsWith(`${room.visitId}.`)).toBe(true)
    const { visitId } = room
    const { groupId } = create
    expect(rosterBody.parse(JSON.parse(create.roster.body))).toMatchObject({ visitId, groupId, version: 1 })
    expect(namesOf(create)).toEqual(['anna'])
    expect(await anna.created()).toBe('ok')
    room.delivery.admitted(waiting)
    await room.settle()
    expect(anna.news()).toEqual(['mls.create', 'mls.proposals', 'mls.commit-wanted'])
  })

  it('with somebody else when the first does not make it in time, who then registers anew', async () => {
    const anna = await room.arrive('anna')
    const ben = await room.arrive('ben')
    await room.pass(commitMs)
    expect(anna.news()).toEqual(['mls.create', 'mls.reset'])
    const { groupId } = ben.last('mls.create')
    expect(await anna.created(groupId)).toBe('mls-not-asked')
    expect(await ben.created()).toBe('ok')
    await anna.register()
    expect(proposalsOf(ben.last('mls.proposals'))).toEqual(["add anna's package"])
  })

  it('with the next at once when the first is gone, drops off or registers anew', async () => {
    const anna = await room.arrive('anna')
    const ben = await room.arrive('ben')
    const first = anna.last('mls.create').groupId
    await anna.register()
    expect(ben.news()).toEqual(['mls.create'])
    expect(await anna.created(first)).toBe('mls-epoch')
    const cem = await room.arrive('cem')
    await ben.connect(false)
    expect(cem.news()).toEqual(['mls.create'])
    await cem.leave()
    expect(anna.last('mls.create').groupId).not.toBe(first)
    expect(await anna.created()).toBe('ok')
  })

  it('without hurry when nobody else could make it', async () => {
    const anna = await room.arrive('anna')
    await room.pass(10 * commitMs)
    await anna.connect(false)
    await anna.connect(true)
    expect(anna.news()).toEqual(['mls.create'])
    const ben = await room.arrive('ben')
    // The time is long over.
    expect(anna.news()).toEqual(['mls.reset'])
    expect(ben.news()).toEqual(['mls.create'])
  })

  it('once: a second word of it, or of another group, is refused', async () => {
    const anna = await room.arrive('anna')
    const { groupId } = anna.last('mls.create')
    expect(await anna.created(`${room.visitId}.${'A'.repeat(22)}`)).toBe('mls-not-asked')
    expect(await anna.created()).toBe('ok')
    expect(await anna.created(groupId)).toBe('mls-epoch')
  })

  it('anew when nobody is left in the one before', async () => {
    const [anna] = await room.group('anna')
    await anna.leave()
    const ben = await room.arrive('ben')
    const { groupId } = ben.last('mls.create')
    expect(await ben.created()).toBe('ok')
    expect(await ben.send(groupId, 0)).toBe('ok')
    expect(room.timers).toBe(0)
  })
})

describe('a round', () => {
  it('takes in everybody who came at the same moment', async () => {
    const [anna] = await room.group('anna')
    const [ben, cem] = [room.person('ben'), room.person('cem')]
    room.delivery.admitted(ben)
    room.delivery.admitted(cem)
    await Promise.all([ben.register(), cem.register()])
    expect(anna.all('mls.proposals')).toHaveLength(1)
    const proposals = anna.last('mls.proposals')
    expect(namesOf(proposals)).toEqual(['anna', 'ben', 'cem'])
    expect(ben.news()).toEqual([])
    expect(await anna.commit()).toBe('ok')
    for (const one of [ben, cem]) {
      expect(one.last('mls.welcome')).toMatchObject({ groupId: proposals.groupId, epoch: 1, roster: proposals.roster })
    }
    expect(anna.all('mls.commit')).toEqual([])
    expect(room.timers).toBe(0)
  })

  it('waits for the one before: a join during a leave is the next', async () => {
    const [anna, ben, cem] = await room.group('anna', 'ben', 'cem')
    await ben.leave()
    expect(proposalsOf(anna.last('mls.proposals'))).toEqual(['remove 1'])
    const dora = await room.arrive('dora')
    expect(anna.all('mls.proposals')).toHaveLength(1)
    await anna.commit()
    expect(cem.news()).toEqual(['mls.proposals', 'mls.commit', 'mls.proposals'])
    expect(proposalsOf(anna.last('mls.proposals'))).toEqual(["add dora's package"])
    expect(namesOf(anna.last('mls.proposals'))).toEqual(['anna', 'cem', 'dora'])
    await anna.commit()
    expect(dora.news()).toEqual(['mls.welcome'])
    // The place that ben left is dora's now.
    await dora.leave()
    expect(proposalsOf(anna.last('mls.proposals'))).toEqual(['remove 1'])
    expect(ben.news()).toEqual([])
  })

  it('asks the next when the committer drops off, with the same proposals; whoever answers first wins', async () => {
    const [anna, ben, cem] = await room.group('anna', 'ben', 'cem')
    await cem.leave()
    expect(anna.news()).toEqual(['mls.proposals', 'mls.commit-wanted'])
    expect(ben.all('mls.commit-wanted')).toEqual([])
    const asked = { groupId: ben.last('mls.proposals').groupId, epoch: 2, welcome: null }
    await anna.connect(false)
    expect(ben.news()).toEqual(['mls.proposals', 'mls.commit-wanted'])
    await anna.connect(true)
    expect(await room.ask(() => room.delivery.commit(ben, { ...asked, commit: 'ben' }))).toBe('ok')
    expect(await room.ask(() => room.delivery.commit(anna, { ...asked, commit: 'anna' }))).toBe('mls-epoch')
    expect(anna.news()).toEqual(['mls.commit'])
    expect(anna.last('mls.commit')).toMatchObject({ groupId: asked.groupId, epoch: 2, commit: 'ben' })
    expect(ben.news()).toEqual([])
  })

  it('takes a commit that comes late, as long as no other came', async () => {
    const [anna, ben, cem] = await room.group('anna', 'ben', 'cem')
    await cem.leave()
    await room.pass(commitMs)
    expect(ben.all('mls.commit-wanted')).toHaveLength(1)
    expect(await anna.commit()).toBe('ok')
    expect(await ben.commit()).toBe('mls-epoch')
    expect(room.log.join()).toContain('a commit did not come in time')
  })

  it('asks the next at once when the committer leaves, is sent back or registers anew', async () => {
    const [anna, ben, cem, dora, emil] = await room.group('anna', 'ben', 'cem', 'dora', 'emil')
    await emil.leave()
    await anna.leave()
    expect(ben.all('mls.commit-wanted')).toHaveLength(1)
    room.delivery.sentBack(ben)
    await room.settle()
    expect(cem.all('mls.commit-wanted')).toHaveLength(1)
    await cem.register()
    expect(dora.all('mls.commit-wanted')).toHaveLength(1)
    expect(await cem.commit()).toBe('mls-epoch')
    expect(await dora.commit()).toBe('ok')
    expect(proposalsOf(dora.last('mls.proposals'))).toEqual(['remove 0', 'remove 1', 'remove 2', "add cem's package"])
    expect(await dora.commit()).toBe('ok')
    expect(namesOf(cem.last('mls.welcome'))).toEqual(['dora', 'cem'])
    for (const one of [anna, ben]) expect(one.news()).toEqual(['mls.proposals', 'mls.commit-wanted'])
  })

  it('that everybody was asked for without result gives the group up', async () => {
    const [anna, ben, cem] = await room.group('anna', 'ben', 'cem')
    await cem.leave()
    await room.pass(commitMs)
    await room.pass(commitMs)
    for (const one of [anna, ben]) expect(one.news()).toEqual(['mls.proposals', 'mls.commit-wanted', 'mls.reset'])
    await ben.register()
    expect(ben.news()).toEqual(['mls.create'])
    await anna.register()
    expect(anna.news()).toEqual([])
    // All were slow, so each has longer now.
    await room.pass(commitMs)
    expect(ben.news()).toEqual([])
    await room.pass(commitMs)
    expect(ben.news()).toEqual(['mls.reset'])
    expect(anna.news()).toEqual(['mls.create'])
  })

  it('does not welcome who left or registered anew meanwhile; the next one removes them', async () => {
    const [anna] = await room.group('anna')
    const [ben, cem] = [room.person('ben'), room.person('cem')]
    room.delivery.admitted(ben)
    room.delivery.admitted(cem)
    await Promise.all([ben.register(), cem.register()])
    await ben.leave()
    await cem.register('cem anew')
    await anna.commit()
    expect([...ben.news(), ...cem.news()]).toEqual([])
    expect(proposalsOf(anna.last('mls.proposals'))).toEqual(['remove 1', 'remove 2', 'add cem anew'])
    await anna.commit()
    expect(cem.news()).toEqual(['mls.welcome'])
    await cem.leave()
    expect(proposalsOf(anna.last('mls.proposals'))).toEqual(['remove 1'])
  })

  it('is enough for eleven who come within a second, or two', async () => {
    const [anna] = await room.group('anna')
    const crowd = Array.from({ length: 11 }, (_, place) => room.person(`guest ${place}`))
    for (const one of crowd) {
      room.delivery.admitted(one)
      void one.register()
    }
    await room.settle()
    await anna.commit()
    while (crowd.some((one) => one.told.length === 0)) await anna.commit()
    expect(anna.all('mls.proposals').length).toBeLessThanOrEqual(2)
    expect(namesOf(anna.last('mls.proposals'))).toHaveLength(12)
    for (const one of crowd) expect(one.all('mls.welcome')).toHaveLength(1)
  })
})

describe('while nobody who could commit is connected', () => {
  it('a round waits for who comes back, and asks them once', async () => {
    const [anna, ben] = await room.group('anna', 'ben')
    await anna.connect(false)
    await ben.leave()
    await room.pass(10 * commitMs)
    expect(anna.news()).toEqual(['mls.proposals'])
    await anna.connect(true)
    expect(anna.news()).toEqual(['mls.commit-wanted'])
    await anna.connect(false)
    await anna.connect(true)
    expect(anna.news()).toEqual([])
    await room.pass(commitMs)
    expect(anna.news()).toEqual(['mls.reset'])
  })

  it('somebody new waits a moment for them, then makes another group', async () => {
    const [anna] = await room.group('anna')
    await anna.connect(false)
    const ben = await room.arrive('ben')
    expect(ben.news()).toEqual([])
    await room.pass(commitMs)
    expect(ben.news()).toEqual(['mls.create'])
    await ben.created()
    await anna.connect(true)
    expect(anna.news()).toEqual(['mls.proposals', 'mls.reset'])
    await anna.register()
    expect(ben.news()).toEqual(['mls.proposals', 'mls.commit-wanted'])
  })
})

describe('the end of a room', () => {
  const moments = ['an open round', 'a group that is being made', 'a signature under way']
  it.each(moments)('during %s leaves nothing behind', async (what) => {
    if (what === 'an open round') {
      await room.group('anna')
      await room.arrive('ben')
    } else if (what === 'a group that is being made') await room.arrive('anna')
    const late = room.person('late')
    room.delivery.admitted(late)
    const registered = late.register()
    room.delivery.close()
    room.delivery.close()
    await registered
    late.news()
    await room.pass(10 * commitMs)
    expect(room.timers).toBe(0)
    expect(late.news()).toEqual([])
    expect(room.log).toEqual([])
  })

  it('that begins with everybody leaving at once asks nobody for anything', async () => {
    const everybody = await room.group('anna', 'ben', 'cem')
    for (const one of everybody) room.delivery.gone(one)
    await room.settle()
    for (const one of everybody) expect(one.news()).toEqual([])
    expect(room.timers).toBe(0)
  })
})

describe('a signature that fails', () => {
  it('is logged, and asked for again with the next change', async () => {
    const [anna] = await room.group('anna')
    room.failing = true
    const ben = await room.arrive('ben')
    expect(anna.news()).toEqual([])
    expect(room.log.join()).toContain('keys could not be changed')
    room.failing = false
    await room.arrive('cem')
    await anna.commit()
    expect(namesOf(ben.last('mls.welcome'))).toEqual(['anna', 'ben', 'cem'])
  })

  it('is asked for again a moment later, until it is there or the room is over', async () => {
    room.failing = true
    const anna = await room.arrive('anna')
    await room.pass(commitMs)
    expect(anna.news()).toEqual([])
    room.failing = false
    await room.pass(commitMs)
    expect(anna.news()).toEqual(['mls.create'])
    await anna.created()
    room.failing = true
    await room.arrive('ben')
    await room.arrive('cem')
    expect(room.timers).toBe(1)
    room.failing = false
    await room.pass(commitMs)
    expect(proposalsOf(anna.last('mls.proposals'))).toEqual(["add ben's package", "add cem's package"])
    room.failing = true
    await anna.commit()
    await room.arrive('dora')
    expect(room.timers).toBe(1)
    room.delivery.close()
    expect(room.timers).toBe(0)
  })
})
