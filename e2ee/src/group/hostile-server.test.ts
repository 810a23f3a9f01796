import { createAuthority } from '@curtain/e2ee/authority'
import { encodeBytes, makeId, rosterBody, type MlsGroupId, type RosterBody } from '@curtain/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fingerprintOf, Room, type Device, type Sent } from '../../test-support/group-room.ts'
import { makeKeyPackage, readKeyPackageMessage, type OwnKeyPackage } from './key-package.ts'
import { ourSuite } from './suite.ts'

// What a server that was taken over may try: it holds the key that rosters and proposals are signed with.

let room: Room
let anna: Device
let ben: Device
beforeEach(async () => {
  room = await Room.open()
  anna = room.enter('Anna')
  await room.together(anna)
  ben = room.enter('Ben')
  await room.together(anna, ben)
})
afterEach(() => room[Symbol.dispose]())

async function someKeyPackage(participantId = makeId('participant', room.now, new Uint8Array(10).fill(99))) {
  return makeKeyPackage(await ourSuite(), participantId, room.now)
}

function withMember({ participantId, public: { leafNode } }: OwnKeyPackage) {
  const signatureKey = encodeBytes(leafNode.signaturePublicKey)
  const ghost = { participantId, role: 'guest' as const, displayName: 'Ghost', signatureKey }
  return (body: RosterBody): RosterBody => ({ ...body, members: [...body.members, ghost] })
}

/** Changes the next notification of a kind to somebody, once. */
function once<Type extends Sent['type']>(
  type: Type,
  to: Device | null,
  change: (what: Extract<Sent, { type: Type }>) => Sent[] | Promise<Sent[]>,
): void {
  let isDone = false
  const isMeant = (what: Sent): what is Extract<Sent, { type: Type }> => what.type === type
  room.tamper = (what, receiver) => {
    if (isDone || !isMeant(what) || (to !== null && receiver !== to)) return [what]
    isDone = true
    return change(what)
  }
}

async function resigned(signed: { body: string }, change: (body: RosterBody) => RosterBody) {
  return room.authority.signRoster(change(rosterBody.parse(JSON.parse(signed.body))))
}

/** Ben refuses, registers again, and is back with everybody. */
async function expectRecovery(code: string, ...others: Device[]) {
  await room.until(() => ben.problems.length > 0 && ben.registrations.length > ben.problems.length)
  room.tamper = (what) => [what]
  await room.together(anna, ben, ...others)
  expect(ben.problems).toEqual([code])
  expect(ben.isHopeless).toBe(false)
}

describe('a ghost', () => {
  test('that the server puts into the group but not into the roster is refused', async () => {
    const ghost = await someKeyPackage()
    once('mls.proposals', ben, async (what) => {
      const add = encodeBytes(await room.authority.proposeAdd(what.groupId, what.epoch, ghost.message))
      return [{ ...what, proposals: [...what.proposals, add] }]
    })
    const cleo = room.enter('Cleo')
    await expectRecovery('roster-mismatch', cleo)
  })

  test('that the server puts into the roster but not into the group is refused', async () => {
    const ghost = await someKeyPackage()
    once('mls.proposals', ben, async (what) => {
      const roster = await resigned(what.roster, withMember(ghost))
      return [{ ...what, roster }]
    })
    const cleo = room.enter('Cleo')
    await expectRecovery('roster-mismatch', cleo)
  })

  test('that the server admits properly is in everybody’s list of members, and the code is another', async () => {
    const before = await anna.epoch.code()
    const ghost = room.enter('Ghost')
    await room.together(anna, ben, ghost)
    for (const { epoch } of [anna, ben]) {
      expect(epoch.members.map(({ displayName }) => displayName)).toEqual(['Anna', 'Ben', 'Ghost'])
      expect(await epoch.code()).not.toEqual(before)
    }
  })
})

describe('somebody’s key package that the server swaps for its own', () => {
  /** The server has one of its own for whoever comes next. */
  function swapNext() {
    room.swap = async (_registered, device) => {
      const fake = await someKeyPackage(device.participantId)
      room.swap = (registered) => registered
      return { message: fake.message, signatureKey: encodeBytes(fake.public.leafNode.signaturePublicKey) }
    }
  }

  test('keeps them out, and they notice by the roster', async () => {
    swapNext()
    const cleo = room.enter('Cleo')
    await room.until(() => cleo.epochs.length > 0)
    expect(cleo.problems).toEqual(['roster-mismatch'])
    expect(cleo.epoch.epoch).toBeGreaterThan(2)
  })

  test('keeps them out though they are told their own key', async () => {
    swapNext()
    once('mls.welcome', null, async (what) => {
      const own = readKeyPackageMessage(cleo.registrations[0]!.message).leafNode.signaturePublicKey
      const renamed = (body: RosterBody) => ({
        ...body,
        members: body.members.map((one) =>
          one.participantId === cleo.participantId ? { ...one, signatureKey: encodeBytes(own) } : one,
        ),
      })
      return [{ ...what, roster: await resigned(what.roster, renamed) }]
    })
    const cleo = room.enter('Cleo')
    await room.until(() => cleo.epochs.length > 0)
    expect(cleo.problems).toEqual(['bad-welcome'])
  })

  test('is refused by those who are told the true key of the one who comes', async () => {
    const fake = await someKeyPackage()
    once('mls.proposals', ben, async (what) => {
      const add = await room.authority.proposeAdd(what.groupId, what.epoch, fake.message)
      return [{ ...what, proposals: [encodeBytes(add)] }]
    })
    const cleo = room.enter('Cleo')
    await expectRecovery('roster-mismatch', cleo)
  })

  test('shows in the codes of two who are each in a group with the server', async () => {
    using other = await Room.open(1, room.now)
    const falseAnna = other.enter('Anna')
    await other.together(falseAnna)
    const trueBen = other.enter('Ben')
    await other.together(falseAnna, trueBen)
    expect(other.visitId).toBe(room.visitId)
    expect(await trueBen.epoch.code()).not.toEqual(await anna.epoch.code())
  })
})

test('a newcomer who is told of somebody who is not in the group does not stay in it', async () => {
  const ghost = await someKeyPackage()
  once('mls.welcome', null, async (what) => [{ ...what, roster: await resigned(what.roster, withMember(ghost)) }])
  const cleo = room.enter('Cleo')
  await room.together(anna, ben, cleo)
  expect(cleo.problems).toEqual(['roster-mismatch'])
  for (const { members } of cleo.epochs) expect(members.map(({ displayName }) => displayName)).not.toContain('Ghost')
  expect(cleo.epochs.map(({ epoch }) => epoch)).not.toContain(2)
})

describe('a forged roster is refused', () => {
  const forgeries: [string, (what: Extract<Sent, { type: 'mls.proposals' }>) => Promise<Sent>][] = [
    [
      'signed by another key',
      async (what) => {
        const other = await createAuthority(new Uint8Array(32).fill(2))
        return { ...what, roster: await other.signRoster(rosterBody.parse(JSON.parse(what.roster.body))) }
      },
    ],
    [
      'with a byte changed',
      async (what) => ({ ...what, roster: { ...what.roster, body: what.roster.body.replace('Cleo', 'Clea') } }),
    ],
    ['without a signature', async (what) => ({ ...what, roster: { ...what.roster, signature: '' } })],
    [
      'of an older version',
      async (what) => ({ ...what, roster: await resigned(what.roster, (body) => ({ ...body, version: 2 })) }),
    ],
    [
      'of another group',
      async (what) => {
        const groupId: MlsGroupId = `${room.visitId}.BBBBBBBBBBBBBBBBBBBBBB`
        return { ...what, roster: await resigned(what.roster, (body) => ({ ...body, groupId })) }
      },
    ],
    [
      'of another visit',
      async (what) => {
        const visitId = makeId('visit', room.now, new Uint8Array(10).fill(9))
        return { ...what, roster: await resigned(what.roster, (body) => ({ ...body, visitId })) }
      },
    ],
    [
      'with somebody twice',
      async (what) => ({
        ...what,
        roster: await resigned(what.roster, (body) => ({ ...body, members: [...body.members, body.members[0]!] })),
      }),
    ],
    ['that is no JSON', async (what) => ({ ...what, roster: { ...what.roster, body: '{' } })],
  ]

  test.each(forgeries)('%s', async (_name, forge) => {
    once('mls.proposals', ben, async (what) => [await forge(what)])
    const cleo = room.enter('Cleo')
    await expectRecovery('bad-roster', cleo)
  })
})

test('a roster older than the last is refused though it has the newest keys of this device', async () => {
  once('mls.welcome', ben, async (what) => [
    { ...what, roster: await resigned(what.roster, (body) => ({ ...body, version: 2 })) },
  ])
  ben.session.restart()
  await expectRecovery('bad-roster')
})

describe('what the server sends again', () => {
  test('of epochs before is ignored', async () => {
    const cleo = room.enter('Cleo')
    await room.together(anna, ben, cleo)
    room.remove(cleo)
    await room.together(anna, ben)
    const key = await fingerprintOf(ben.epoch)
    for (const { to, what } of room.sent.slice()) if (to === ben) room.tell(ben, what)
    await room.dealtWith(ben, anna)
    expect(ben.problems).toEqual([])
    expect(await fingerprintOf(ben.epoch)).toBe(key)
    expect(ben.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3])
  })

  test('of a round that is open is ignored, and the round goes on', async () => {
    once('mls.commit-wanted', anna, (what) => [what, what])
    const send = room.tamper
    room.tamper = async (what, to) => (what.type === 'mls.proposals' ? [what, what] : send(what, to))
    const cleo = room.enter('Cleo')
    await room.together(anna, ben, cleo)
    expect([anna.problems, ben.problems]).toEqual([[], []])
  })

  test('of an application message is refused, and nothing else comes of it', async () => {
    await anna.say('once')
    await room.until(() => ben.texts.length > 0)
    room.tell(ben, room.sent.at(-1)!.what)
    await room.dealtWith(ben, anna)
    expect(ben.texts).toEqual(['Anna: once', 'Anna: …'])
    expect(ben.problems).toEqual(['not-authentic'])
    expect(ben.registrations).toHaveLength(1)
  })
})

describe('the server cannot', () => {
  test('say that a message is somebody else’s', async () => {
    const cleo = room.enter('Cleo')
    await room.together(anna, ben, cleo)
    once('mls.data', ben, (what) => [{ ...what, participantId: cleo.participantId }])
    await anna.say('as Cleo')
    await anna.say('as Anna')
    await room.until(() => ben.texts.length > 0)
    expect(ben.texts).toEqual(['Anna: as Anna'])
    expect(ben.problems).toEqual(['wrong-sender'])
  })

  test('make somebody commit what was not proposed', async () => {
    room.tell(ben, { type: 'mls.commit-wanted', groupId: room.groupId!, epoch: room.epoch })
    await expectRecovery('bad-proposal')
  })

  test('change its mind about what an epoch’s commit does', async () => {
    const other = await someKeyPackage()
    once('mls.proposals', ben, async (what) => {
      const add = encodeBytes(await room.authority.proposeAdd(what.groupId, what.epoch, other.message))
      return [what, { ...what, proposals: [add] }]
    })
    const cleo = room.enter('Cleo')
    await expectRecovery('bad-proposal', cleo)
  })

  test('have a commit without a round', async () => {
    const { what } = room.sent.findLast((one) => one.what.type === 'mls.welcome')!
    if (what.type !== 'mls.welcome') throw new Error('it is no welcome')
    room.tell(ben, { type: 'mls.commit', groupId: what.groupId, epoch: what.epoch, commit: what.welcome })
    await expectRecovery('bad-commit')
  })

  test('jump ahead', async () => {
    room.tell(ben, { type: 'mls.commit-wanted', groupId: room.groupId!, epoch: room.epoch + 5 })
    await expectRecovery('wrong-epoch')
  })

  test('remove somebody and have them keep quiet about it', async () => {
    const { groupId, epoch } = room
    const proposals = [encodeBytes(await room.authority.proposeRemove(groupId!, epoch, ben.epoch.self))]
    const roster = await room.roster([{ ...room.places[0]!, device: anna }], 50)
    room.tell(ben, { type: 'mls.proposals', groupId: groupId!, epoch, proposals, roster })
    await expectRecovery('bad-proposal')
  })

  test('ask for a group with others in it from the start', async () => {
    const cleo = room.enter('Cleo')
    await room.together(anna, ben, cleo)
    once('mls.create', anna, async (what) => {
      const roster = await resigned(what.roster, withMember(ghost))
      return [{ ...what, roster }]
    })
    const ghost = await someKeyPackage()
    room.groupId = null
    room.places = []
    for (const device of [anna, ben, cleo]) room.tell(device, { type: 'mls.reset' })
    await room.until(() => anna.problems.length > 0)
    expect(anna.problems).toEqual(['roster-mismatch'])
  })

  test('say anything about another group', async () => {
    const groupId: MlsGroupId = `${room.visitId}.BBBBBBBBBBBBBBBBBBBBBB`
    for (const { to, what } of room.sent.slice()) {
      if (to === ben && 'epoch' in what && what.type !== 'mls.welcome') room.tell(ben, { ...what, groupId })
    }
    await room.dealtWith(ben, anna)
    expect(ben.problems).toEqual([])
    expect(ben.epochs).toHaveLength(1)
  })
})

describe('a commit that is withheld', () => {
  test('leaves somebody where they are; they notice at the next change and come back', async () => {
    const { groupId } = ben.epoch
    once('mls.commit', ben, () => [])
    const cleo = room.enter('Cleo')
    await room.until(() => cleo.epochs.length > 0)
    expect(ben.epoch.epoch).toBe(1)
    const dora = room.enter('Dora')
    await expectRecovery('wrong-epoch', cleo, dora)
    expect(ben.registrations.at(-1)?.lost).toEqual({ groupId, epoch: 1 })
  })

  test('is noticed by a message of those who had it', async () => {
    once('mls.commit', ben, () => [])
    const cleo = room.enter('Cleo')
    await room.until(() => cleo.epochs.length > 0)
    await cleo.say('are you there?')
    await expectRecovery('wrong-epoch', cleo)
    expect(ben.texts).toEqual([])
  })
})

describe('a device that is refused again and again', () => {
  test('gives up after the fifth time within a minute', async () => {
    room.tamper = (what, to) => (to === ben && what.type === 'mls.welcome' ? [{ ...what, welcome: 'AAAA' }] : [what])
    ben.session.restart()
    await room.until(() => ben.isHopeless)
    expect(ben.problems).toEqual(Array.from({ length: 5 }, () => 'bad-welcome'))
    expect(ben.registrations.at(-1)?.lost).toMatchObject({ groupId: room.groupId })
    room.tamper = (what) => [what]
    ben.session.restart()
    room.remove(ben)
    await room.together(anna)
    await expect(ben.say('anybody?')).rejects.toMatchObject({ code: 'not-in-group' })
  })

  test('goes on if that was over a longer time', async () => {
    for (let times = 1; times <= 7; times++) {
      room.now += 20_000
      room.tell(ben, { type: 'mls.commit-wanted', groupId: room.groupId!, epoch: room.epoch + 1 })
      await room.until(() => ben.problems.length === times && ben.registrations.length > times)
      await room.together(anna, ben)
    }
    expect(ben.isHopeless).toBe(false)
  })
})
