import { rosterBody, type SignedRoster } from '@curtain/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fingerprintOf, Room } from '../../test-support/group-room.ts'

let room: Room
beforeEach(async () => {
  room = await Room.open()
})
afterEach(() => room[Symbol.dispose]())

describe('a device tells that it left its group', () => {
  test('when the group is reset, and comes into the next', async () => {
    const anna = room.enter('Anna')
    await room.together(anna)
    room.groupId = null
    room.places = []
    room.tell(anna, { type: 'mls.reset' })
    await room.until(() => anna.course.length === 3)
    expect(anna.course).toEqual([0, 'left', 0])
  })

  test('when it is restarted', async () => {
    const [anna, ben] = [room.enter('Anna'), room.enter('Ben')]
    await room.together(anna, ben)
    ben.session.restart()
    await room.until(() => ben.registrations.length === 2)
    await room.together(anna, ben)
    expect(ben.course).toEqual([1, 'left', 2])
    expect(anna.course).not.toContain('left')
  })

  test('when it refuses what it is told, before it says why', async () => {
    const [anna, ben] = [room.enter('Anna'), room.enter('Ben')]
    await room.together(anna, ben)
    room.tamper = (what, to) => (what.type === 'mls.commit' && to === ben ? [{ ...what, commit: 'AAAA' }] : [what])
    room.enter('Cleo')
    await room.until(() => ben.problems.length === 1)
    expect(ben.course).toEqual([1, 'left', 'bad-commit'])
  })

  test('once, though it is told of a reset and restarted too', async () => {
    const anna = room.enter('Anna')
    await room.together(anna)
    room.answer = () => 'never'
    room.tell(anna, { type: 'mls.reset' })
    room.tell(anna, { type: 'mls.reset' })
    await room.until(() => anna.registrations.length === 3)
    anna.session.restart()
    await room.until(() => anna.registrations.length === 4)
    expect(anna.course).toEqual([0, 'left'])
  })

  test('but not of one that it was in no epoch of', async () => {
    const anna = room.enter('Anna')
    await room.together(anna)
    room.tamper = (what) => (what.type === 'mls.welcome' ? [{ ...what, welcome: 'AAAA' }] : [what])
    const ben = room.enter('Ben')
    await room.until(() => ben.problems.length === 1)
    expect(ben.course).toEqual(['bad-welcome'])
  })

  test('and not when it is closed', async () => {
    const [anna, ben] = [room.enter('Anna'), room.enter('Ben')]
    await room.together(anna, ben)
    ben.session.close()
    room.remove(ben)
    await room.together(anna)
    expect(ben.course).toEqual([1])
  })
})

async function renamed(room: Room, roster: SignedRoster): Promise<SignedRoster> {
  const body = rosterBody.parse(JSON.parse(roster.body))
  const members = body.members.map((member) => ({ ...member, displayName: `Dr. ${member.displayName}` }))
  return room.authority.signRoster({ ...body, members })
}

test('two who were told different names have different codes, though they have the same keys', async () => {
  const anna = room.enter('Anna')
  await room.together(anna)
  room.tamper = async (what) =>
    what.type === 'mls.welcome' ? [{ ...what, roster: await renamed(room, what.roster) }] : [what]
  const ben = room.enter('Ben')
  await room.until(() => anna.epochs.length === 2 && ben.epochs.length === 1)
  expect(ben.epoch.members.map(({ displayName }) => displayName)).toEqual(['Dr. Anna', 'Dr. Ben'])
  expect(await fingerprintOf(ben.epoch)).toBe(await fingerprintOf(anna.epoch))
  expect(await ben.epoch.code()).not.toEqual(await anna.epoch.code())
})
