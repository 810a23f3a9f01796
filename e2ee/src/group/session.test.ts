import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fingerprintOf, Room, type Device } from '../../test-support/group-room.ts'

let room: Room
beforeEach(async () => {
  room = await Room.open()
})
afterEach(() => room[Symbol.dispose]())

/** Everybody sees the same, and nobody saw anything wrong. */
async function expectAgreement(...devices: Device[]) {
  const [first] = devices
  const expected = {
    key: await fingerprintOf(first!.epoch),
    code: await first!.epoch.code(),
    members: first!.epoch.members,
  }
  for (const { epoch, problems } of devices) {
    expect({ key: await fingerprintOf(epoch), code: await epoch.code(), members: epoch.members }).toEqual(expected)
    expect(problems).toEqual([])
  }
  return expected
}

describe('a group', () => {
  test('begins with whoever registers first, alone', async () => {
    const anna = room.enter('Anna')
    const epoch = await room.together(anna)
    expect(epoch).toMatchObject({ epoch: 0, self: 0, members: [{ displayName: 'Anna', leaf: 0 }] })
    expect(epoch.baseKey.extractable).toBe(false)
    expect(epoch.groupId).toBe(room.groupId)
  })

  test('takes in those who come, together and one after the other, and all have the same keys', async () => {
    const anna = room.enter('Anna')
    await room.together(anna)
    const ben = room.enter('Ben')
    const cleo = room.enter('Cleo')
    await room.together(anna, ben, cleo)
    const before = await expectAgreement(anna, ben, cleo)
    const dora = room.enter('Dora')
    await room.together(anna, ben, cleo, dora)
    const after = await expectAgreement(anna, ben, cleo, dora)
    expect(after.key).not.toBe(before.key)
    expect(after.code).not.toEqual(before.code)
    expect(new Set([anna, ben, cleo, dora].map(({ epoch }) => epoch.self)).size).toBe(4)
  })

  test('goes on without somebody who is removed, with keys that they cannot have', async () => {
    const [anna, ben, cleo] = [room.enter('Anna'), room.enter('Ben'), room.enter('Cleo')]
    await room.together(anna, ben, cleo)
    const before = await fingerprintOf(ben.epoch)
    const commits = room.sent.length
    room.remove(ben)
    await room.together(anna, cleo)
    const { key } = await expectAgreement(anna, cleo)
    expect(key).not.toBe(before)
    // Even with everything that the others were sent.
    for (const { to, what } of room.sent.slice(commits)) if (to === cleo) room.tell(ben, what)
    await room.until(() => ben.problems.length > 0)
    for (const epoch of ben.epochs) expect(await fingerprintOf(epoch)).not.toBe(key)
  })

  test('tells of each epoch once, in order, and only of those one was in', async () => {
    const anna = room.enter('Anna')
    await room.together(anna)
    const ben = room.enter('Ben')
    await room.together(anna, ben)
    const cleo = room.enter('Cleo')
    await room.together(anna, ben, cleo)
    expect(anna.epochs.map(({ epoch }) => epoch)).toEqual([0, 1, 2])
    expect(ben.epochs.map(({ epoch }) => epoch)).toEqual([1, 2])
    expect(cleo.epochs.map(({ epoch }) => epoch)).toEqual([2])
  })

  test('takes a place that became free again', async () => {
    const [anna, ben] = [room.enter('Anna'), room.enter('Ben')]
    await room.together(anna, ben)
    room.remove(ben)
    await room.together(anna)
    const cleo = room.enter('Cleo')
    await room.together(anna, cleo)
    expect(cleo.epoch.self).toBe(1)
    await expectAgreement(anna, cleo)
  })
})

describe('one’s own commit', () => {
  let [anna, ben]: Device[] = []
  beforeEach(async () => {
    anna = room.enter('Anna')
    await room.together(anna)
    ben = room.enter('Ben')
    await room.together(anna, ben)
  })

  test('counts though its answer was lost, once the server speaks of the next epoch', async () => {
    room.answer = (request) => (request === 'commit' ? 'never' : 'as-it-is')
    const cleo = room.enter('Cleo')
    await room.until(() => cleo.epochs.length > 0)
    expect(anna!.epoch.epoch).toBe(1)
    room.answer = () => 'as-it-is'
    const dora = room.enter('Dora')
    await room.together(anna!, ben!, cleo, dora)
    await expectAgreement(anna!, ben!, cleo, dora)
    expect(anna!.epochs.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3])
  })

  test('gives way to that of another who was first', async () => {
    room.tamper = (what) => (what.type === 'mls.commit-wanted' ? [] : [what])
    const cleo = room.enter('Cleo')
    await room.until(() => room.round?.asked.size === 1)
    const wanted = { type: 'mls.commit-wanted', groupId: room.groupId!, epoch: room.epoch } as const
    room.round!.asked.add(ben!)
    for (const device of [ben!, anna!]) room.tell(device, wanted)
    await room.together(anna!, ben!, cleo)
    await expectAgreement(anna!, ben!, cleo)
  })

  test('gives way though its own refusal is lost', async () => {
    room.tamper = (what) => (what.type === 'mls.commit-wanted' ? [] : [what])
    room.answer = (request, device) => (request === 'commit' && device === anna ? 'disconnected' : 'as-it-is')
    const cleo = room.enter('Cleo')
    await room.until(() => room.round?.asked.size === 1)
    const wanted = { type: 'mls.commit-wanted', groupId: room.groupId!, epoch: room.epoch } as const
    room.round!.asked.add(ben!)
    for (const device of [anna!, ben!]) room.tell(device, wanted)
    await room.together(anna!, ben!, cleo)
    room.tamper = (what) => [what]
    room.answer = () => 'as-it-is'
    const dora = room.enter('Dora')
    await room.together(anna!, ben!, cleo, dora)
    await expectAgreement(anna!, ben!, cleo, dora)
  })
})

describe('a message', () => {
  test('reaches everybody else and says whose it is', async () => {
    const [anna, ben, cleo] = [room.enter('Anna'), room.enter('Ben'), room.enter('Cleo')]
    await room.together(anna, ben, cleo)
    await anna.say('good morning')
    await room.until(() => ben.texts.length + cleo.texts.length === 2)
    expect([anna.texts, ben.texts, cleo.texts]).toEqual([[], ['Anna: good morning'], ['Anna: good morning']])
  })

  test('waits while keys change, and those after it wait behind it', async () => {
    const anna = room.enter('Anna')
    await room.together(anna)
    const ben = room.enter('Ben')
    await room.together(anna, ben)
    room.tamper = (what) => (what.type === 'mls.commit-wanted' ? [] : [what])
    const cleo = room.enter('Cleo')
    await room.until(() => room.round?.asked.size === 1)
    const said = Promise.all([anna.say('one'), anna.say('two'), anna.say('three')])
    room.tell(anna, { type: 'mls.commit-wanted', groupId: room.groupId!, epoch: room.epoch })
    await said
    await room.until(() => cleo.texts.length === 3 && ben.texts.length === 3)
    expect(cleo.texts).toEqual(['Anna: one', 'Anna: two', 'Anna: three'])
    expect(ben.texts).toEqual(cleo.texts)
  })

  test('that came too late for its epoch is sent in the next', async () => {
    const anna = room.enter('Anna')
    await room.together(anna)
    const ben = room.enter('Ben')
    await room.together(anna, ben)
    let isRefused = false
    room.answer = (request) => {
      if (request !== 'data' || isRefused) return 'as-it-is'
      isRefused = true
      return 'late'
    }
    const said = ben.say('still here')
    await room.until(() => isRefused)
    const cleo = room.enter('Cleo')
    await said
    await room.until(() => cleo.texts.length > 0)
    expect(cleo.texts).toEqual(['Ben: still here'])
  })

  test('is refused before there is a group, when it is too long, and when the connection is away', async () => {
    const anna = room.enter('Anna')
    await expect(anna.say('anybody?')).rejects.toMatchObject({ code: 'not-in-group' })
    await room.together(anna)
    await expect(anna.say('x'.repeat(13_000))).rejects.toMatchObject({ code: 'bad-message' })
    room.answer = (request) => (request === 'data' ? 'disconnected' : 'as-it-is')
    await expect(anna.say('anybody?')).rejects.toMatchObject({ code: 'disconnected' })
    room.answer = () => 'as-it-is'
    await anna.say('anybody?')
  })

  test('that waits is refused when the group is lost', async () => {
    const anna = room.enter('Anna')
    await room.together(anna)
    room.tamper = (what) => (what.type === 'mls.commit-wanted' ? [] : [what])
    room.enter('Ben')
    await room.until(() => room.round?.asked.size === 1)
    const said = anna.say('anybody?')
    room.tell(anna, { type: 'mls.reset' })
    await expect(said).rejects.toMatchObject({ code: 'not-in-group' })
  })
})

describe('a device registers again', () => {
  test('with other keys after it was sent back, and comes in again at once', async () => {
    const [anna, ben] = [room.enter('Anna'), room.enter('Ben')]
    await room.together(anna, ben)
    const before = ben.epoch.members.find((member) => member.displayName === 'Ben')!
    ben.session.restart()
    await room.until(() => ben.registrations.length === 2)
    await room.together(anna, ben)
    const after = ben.epoch.members.find((member) => member.displayName === 'Ben')!
    expect(after.signatureKey).not.toBe(before.signatureKey)
    expect(ben.registrations.map(({ lost }) => lost)).toEqual([null, null])
    await expectAgreement(anna, ben)
  })

  test('when the group was given up', async () => {
    const [anna, ben] = [room.enter('Anna'), room.enter('Ben')]
    const { groupId } = await room.together(anna, ben)
    room.groupId = null
    room.places = []
    for (const device of [anna, ben]) room.tell(device, { type: 'mls.reset' })
    await room.until(() => anna.registrations.length + ben.registrations.length === 4)
    const again = await room.together(anna, ben)
    expect(again.groupId).not.toBe(groupId)
    await expectAgreement(anna, ben)
  })

  test('when its key package was not taken', async () => {
    let times = 0
    room.answer = (request) => (request === 'register' && (times += 1) < 3 ? 'bad-key-package' : 'as-it-is')
    const anna = room.enter('Anna')
    await room.together(anna)
    expect(anna.problems).toEqual(['bad-key-package', 'bad-key-package'])
  })

  test('when the group that it made came too late', async () => {
    let isLate = true
    room.answer = (request) => {
      if (request !== 'created' || !isLate) return 'as-it-is'
      isLate = false
      room.groupId = null
      return 'late'
    }
    const anna = room.enter('Anna')
    await room.until(() => anna.registrations.length === 2)
    await room.together(anna)
    expect(anna.epochs).toHaveLength(1)
    expect(anna.problems).toEqual([])
  })

  test('when the welcome did not come, once it hears what only members hear', async () => {
    const anna = room.enter('Anna')
    await room.together(anna)
    room.tamper = (what) => (what.type === 'mls.welcome' ? [] : [what])
    const ben = room.enter('Ben')
    await room.until(() => room.epoch === 1)
    room.tamper = (what) => [what]
    const cleo = room.enter('Cleo')
    await room.until(() => ben.registrations.length === 2)
    await room.together(anna, ben, cleo)
    expect(ben.problems).toEqual(['not-in-group'])
  })

  test('and a welcome for its keys of before is late, not wrong', async () => {
    const anna = room.enter('Anna')
    await room.together(anna)
    const held: (() => void)[] = []
    room.tamper = (what, to) => {
      if (what.type !== 'mls.welcome') return [what]
      held.push(() => room.tell(to, what))
      return []
    }
    const ben = room.enter('Ben')
    await room.until(() => held.length === 1)
    room.tamper = (what) => [what]
    ben.session.restart()
    await room.until(() => ben.registrations.length === 2)
    held[0]!()
    await room.together(anna, ben)
    await expectAgreement(anna, ben)
  })
})

describe('after close()', () => {
  test('nothing comes of anything any more', async () => {
    const anna = room.enter('Anna')
    await room.together(anna)
    const ben = room.enter('Ben')
    await room.together(anna, ben)
    ben.session.close()
    ben.session.close()
    await anna.say('anybody?')
    const cleo = room.enter('Cleo')
    await room.until(() => cleo.epochs.length > 0)
    ben.session.restart()
    ben.session.start()
    await expect(ben.say('me')).rejects.toMatchObject({ code: 'not-in-group' })
    await room.dealtWith(anna, cleo)
    expect(ben.epochs).toHaveLength(1)
    expect(ben.texts).toEqual([])
    expect(ben.problems).toEqual([])
    expect(ben.registrations).toHaveLength(1)
  })

  test('neither of something that was about to be refused', async () => {
    const anna = room.enter('Anna')
    await room.together(anna)
    const ben = room.enter('Ben')
    await room.together(anna, ben)
    const { what } = room.sent.find((one) => one.what.type === 'mls.proposals')!
    if (what.type !== 'mls.proposals') throw new Error('nothing was proposed')
    room.tell(ben, { ...what, epoch: 1 })
    // It is at the signature now, which is looked at elsewhere.
    for (let steps = 0; steps < 20; steps++) await Promise.resolve()
    ben.session.close()
    const cleo = room.enter('Cleo')
    await room.until(() => cleo.epochs.length > 0)
    await room.dealtWith(anna, cleo)
    expect(ben.problems).toEqual([])
    expect(ben.registrations).toHaveLength(1)
  })

  test('neither of a registration that was under way', async () => {
    const anna = room.enter('Anna')
    anna.session.close()
    const ben = room.enter('Ben')
    await room.together(ben)
    expect(anna.registrations).toEqual([])
  })
})
