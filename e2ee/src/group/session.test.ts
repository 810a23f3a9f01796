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
