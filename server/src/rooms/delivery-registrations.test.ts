import { beforeEach, describe, expect, it } from 'vitest'
import { DeliveryRoom, namesOf, proposalsOf } from '../../../tests/support/delivery-room.ts'

const { commitMs } = DeliveryRoom
let room: DeliveryRoom
beforeEach(() => {
  room = new DeliveryRoom()
})

describe('a key package', () => {
  it('is checked, and good once', async () => {
    const [anna, ben] = await room.group('anna', 'ben')
    expect(await ben.register('bad')).toBe('key-package-invalid')
    expect(await ben.register('ben again')).toBe('ok')
    expect(await ben.register('ben again')).toBe('key-package-reused')
    expect(await anna.register('ben again')).toBe('key-package-reused')
    await anna.commit()
    expect(namesOf(ben.last('mls.welcome'))).toEqual(['anna', 'ben'])
  })

  it('of somebody who registers without end is refused', async () => {
    const [anna, ben] = await room.group('anna', 'ben')
    for (let sent = 0; sent < 100; sent++) await ben.register(`bad ${sent}`)
    expect(await ben.register()).toBe('rate-limited')
    expect(await anna.register()).toBe('ok')
    await room.pass(61_000)
    expect(await ben.register()).toBe('ok')
  })

  it('counts for the person, in whichever browser; not when the server asked for it', async () => {
    const [, ben] = await room.group('anna', 'ben')
    for (let browser = 0; browser < 6; browser++) {
      const again = room.person('ben again', ben.id)
      expect(await again.register()).toBe('ok')
      await again.leave()
    }
    const back = await room.arrive('ben again', ben.id)
    expect(await back.register()).toBe('rate-limited')
    room.delivery.sentBack(back)
    await room.settle()
    expect(await back.register()).toBe('ok')
    expect(await back.register()).toBe('rate-limited')
  })

  it('of a browser that replaces another takes its leaf away and gives it a new one', async () => {
    const [anna, ben] = await room.group('anna', 'ben')
    const again = room.person('ben again', ben.id)
    room.delivery.gone(ben)
    room.delivery.admitted(again)
    await again.register()
    expect(proposalsOf(anna.last('mls.proposals'))).toEqual(['remove 1', "add ben again's package"])
    await anna.commit()
    expect(again.news()).toEqual(['mls.welcome'])
    expect(ben.news()).toEqual([])
  })

  it('from the waiting room counts from the admission on, and not beyond being sent back', async () => {
    const [anna] = await room.group('anna')
    const ben = room.person('ben')
    await ben.register()
    room.delivery.admitted(ben)
    room.delivery.sentBack(ben)
    room.delivery.admitted(ben)
    await room.settle()
    expect(anna.news()).toEqual([])
    await ben.register()
    expect(proposalsOf(anna.last('mls.proposals'))).toEqual(["add ben's package"])
  })
})

describe('a member who lost the group', () => {
  it('is removed and added in one round, and neither hears nor says anything meanwhile', async () => {
    const [anna, ben, cem] = await room.group('anna', 'ben', 'cem')
    const { groupId } = ben.last('mls.welcome')
    await ben.register('ben anew')
    expect(proposalsOf(anna.last('mls.proposals'))).toEqual(['remove 1', 'add ben anew'])
    expect(await ben.send(groupId, 2)).toBe('mls-epoch')
    expect(await anna.send(groupId, 2)).toBe('ok')
    await anna.commit()
    expect(cem.news()).toEqual(['mls.proposals', 'mls.data', 'mls.commit'])
    expect(ben.news()).toEqual(['mls.welcome'])
  })

  it('makes the next group when the only other one is who they could not follow', async () => {
    const anna = await room.arrive('anna')
    await anna.created()
    const ben = await room.arrive('ben')
    await anna.commit({ welcome: 'garbage' })
    expect(ben.last('mls.welcome')).toMatchObject({ welcome: 'garbage', epoch: 1 })
    const { groupId, epoch } = ben.last('mls.welcome')
    await ben.register('ben anew', { groupId, epoch })
    expect(anna.told.at(-1)).toEqual({ type: 'mls.reset' })
    expect(ben.last('mls.create').groupId).not.toBe(groupId)
    await ben.created()
    await anna.register()
    expect(ben.news()).toContain('mls.commit-wanted')
    expect(room.log.join()).toContain('a change of keys could not be followed')
  })

  it('leaves the committing to others than the one they could not follow', async () => {
    const [anna, ben, cem] = await room.group('anna', 'ben', 'cem')
    const dora = await room.arrive('dora')
    await anna.commit()
    const { groupId, epoch } = ben.last('mls.commit')
    await ben.register('ben anew', { groupId, epoch })
    expect(cem.all('mls.commit-wanted')).toHaveLength(1)
    expect(anna.all('mls.commit-wanted')).toHaveLength(1)
    await cem.commit()
    expect(namesOf(ben.last('mls.welcome'))).toEqual(['anna', 'cem', 'dora', 'ben'])
    // When the others do not answer, the one who is suspected is asked all the same.
    await dora.leave()
    await room.pass(commitMs)
    await room.pass(commitMs)
    expect(anna.all('mls.commit-wanted')).toHaveLength(2)
  })

  it('who was welcomed into a false epoch blames who welcomed them, not the next who changes the keys', async () => {
    const [anna, ben] = await room.group('anna', 'ben')
    const cem = await room.arrive('cem')
    await anna.commit({ welcome: 'to a group of anna and cem alone' })
    await anna.connect(false)
    const dora = await room.arrive('dora')
    await ben.commit()
    await anna.connect(true)
    const { groupId, epoch } = cem.last('mls.commit')
    expect(epoch).toBe(cem.last('mls.welcome').epoch)
    await cem.register('cem anew', { groupId, epoch })
    expect(room.log.join()).toContain(anna.id)
    expect(ben.all('mls.commit-wanted')).toHaveLength(2)
    await ben.commit()
    expect(namesOf(cem.last('mls.welcome'))).toEqual(['anna', 'ben', 'dora', 'cem'])
    expect(dora.all('mls.commit-wanted')).toEqual([])
  })

  it('counts once, whoever they report, and reports nothing of another group or of themselves', async () => {
    const [anna, ben] = await room.group('anna', 'ben', 'cem')
    const foreign = `${room.visitId}.${'A'.repeat(22)}` as const
    await ben.register('one', { groupId: foreign, epoch: 2 })
    expect(anna.all('mls.commit-wanted')).toHaveLength(1)
    await anna.commit()
    const { groupId } = anna.last('mls.proposals')
    await ben.register('two', { groupId, epoch: 999 })
    expect(anna.all('mls.commit-wanted')).toHaveLength(2)
    await anna.commit()
    await anna.register('three', { groupId, epoch: 3 })
    expect(ben.all('mls.commit-wanted')).toHaveLength(1)
    expect(room.log).toEqual([])
  })
})

describe('suspicion', () => {
  /** Anna and cem are in no group any more, and ben, who reported anna, is gone. Only cem is above suspicion. */
  async function annaUnderSuspicion() {
    const [anna, ben, cem] = await room.group('anna', 'ben', 'cem')
    await cem.connect(false)
    const { groupId, epoch } = ben.last('mls.welcome')
    await ben.register('ben anew', { groupId, epoch })
    for (const one of [anna, cem]) expect(one.told.at(-1)).toEqual({ type: 'mls.reset' })
    expect(ben.all('mls.create')).toHaveLength(1)
    await cem.connect(true)
    await ben.leave()
    return { anna, cem }
  }

  it('lets those above it register before somebody else makes a group, but not for ever', async () => {
    const { anna } = await annaUnderSuspicion()
    await anna.register()
    expect(anna.all('mls.create')).toEqual([])
    await room.pass(2 * commitMs)
    expect(anna.all('mls.create')).toHaveLength(1)
  })

  it('lets nobody wait beyond the end of the room', async () => {
    const { anna } = await annaUnderSuspicion()
    await anna.register()
    expect(room.timers).toBe(1)
    room.delivery.close()
    expect(room.timers).toBe(0)
  })
})

describe('somebody who reports everybody and then does nothing', () => {
  it('is asked to make the next group once at the most, however often they register', async () => {
    const [anna, mallory] = await room.group('anna', 'mallory')
    const { groupId, epoch } = mallory.last('mls.welcome')
    await mallory.register('again', { groupId, epoch })
    expect(mallory.all('mls.create')).toHaveLength(1)
    await anna.register()
    for (let turn = 0; turn < 5; turn++) {
      await mallory.register()
      if (turn === 0) await anna.created()
      await anna.commit()
      await room.pass(commitMs + 300)
    }
    expect(mallory.all('mls.create')).toHaveLength(1)
    expect(anna.all('mls.create')).toHaveLength(1)
    expect(anna.all('mls.reset')).toHaveLength(1)
    expect(mallory.all('mls.welcome').length).toBeGreaterThan(0)
  })

  it('is not asked at all where there are three', async () => {
    const [anna, ben, mallory] = await room.group('anna', 'ben', 'mallory')
    await mallory.register('again', { groupId: mallory.last('mls.welcome').groupId, epoch: 2 })
    expect(ben.all('mls.commit-wanted')).toHaveLength(1)
    await ben.commit()
    const { groupId, epoch } = mallory.last('mls.welcome')
    await mallory.register('and again', { groupId, epoch })
    expect([anna, ben, mallory].flatMap((one) => [...one.all('mls.reset'), ...one.all('mls.create')])).toEqual([])
    expect(anna.all('mls.commit-wanted')).toHaveLength(1)
  })

  it.each(['does not answer', 'registers anew', 'drops off', 'comes in another browser'])('nor who, asked for it, %s', async (what) => {
    let mallory = await room.arrive('mallory')
    const ben = await room.arrive('ben')
    if (what === 'does not answer') await room.pass(commitMs)
    else if (what === 'registers anew') await mallory.register()
    else if (what === 'drops off') {
      await mallory.connect(false)
      await mallory.connect(true)
    } else {
      await mallory.leave()
      mallory = await room.arrive('mallory again', mallory.id)
    }
    if (what !== 'registers anew') await mallory.register()
    mallory.news()
    // Now it is ben's turn; when ben drops off as well they are alike again, and it goes by the order of joining.
    expect(ben.all('mls.create')).toHaveLength(1)
    await ben.leave()
    expect(mallory.all('mls.create')).toHaveLength(1)
    await room.arrive('cem')
    expect(mallory.all('mls.create')).toHaveLength(1)
  })
})

describe('a committer', () => {
  it.each(['does not answer', 'registers anew'])('who %s is asked last from then on', async (what) => {
    const [anna, ben, cem, dora] = await room.group('anna', 'ben', 'cem', 'dora')
    await dora.leave()
    if (what === 'does not answer') await room.pass(commitMs)
    else await anna.register()
    await ben.commit()
    if (what === 'registers anew') await ben.commit()
    await ben.leave()
    expect(cem.all('mls.commit-wanted')).toHaveLength(1)
    expect(anna.all('mls.commit-wanted')).toHaveLength(1)
  })

  it('who is slow is waited for longer when all are', async () => {
    const [anna, ben] = await room.group('anna', 'ben', 'cem').then(async ([one, other, third]) => {
      await third.leave()
      return [one, other] as const
    })
    // Each needs five seconds for whatever they are asked.
    await room.pass(2 * commitMs)
    await room.pass(commitMs)
    for (const one of [anna, ben]) {
      expect(one.all('mls.reset')).toHaveLength(1)
      await one.register()
    }
    let rounds = 0
    while (anna.all('mls.welcome').length + ben.all('mls.welcome').length === 0 && rounds++ < 8) {
      for (const one of [anna, ben]) {
        const asked = one.all('mls.create').at(-1)
        if (asked === undefined) continue
        await room.pass(5000)
        if ((await one.created(asked.groupId)) !== 'ok') continue
        await room.pass(5000)
        await one.commit()
      }
      for (const one of [anna, ben]) if (one.told.at(-1)?.type === 'mls.reset') await one.register()
    }
    expect(anna.all('mls.welcome').length + ben.all('mls.welcome').length).toBe(1)
  })
})
