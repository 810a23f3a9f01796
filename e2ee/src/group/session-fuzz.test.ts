import { decodeBytes, encodeBytes } from '@curtain/protocol'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Room, type Device, type Sent } from '../../test-support/group-room.ts'

// Every kind of notification, damaged in every way, into a session that is in a group: receive() never throws, no epoch
// comes of it that was not the server's, and afterwards the device is with the others again.

let room: Room
let anna: Device
let ben: Device
beforeAll(async () => {
  room = await Room.open()
  anna = room.enter('Anna')
  await room.together(anna)
  ben = room.enter('Ben')
  await room.together(anna, ben)
})
afterAll(() => room[Symbol.dispose]())

/** What happens to the bytes of a message: a bit flips, it ends early, more follows, or it is all something else. */
const somewhere = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })
const damage = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: somewhere, bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('cut' as const), at: somewhere }),
  fc.record({ kind: fc.constant('append' as const), bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }) }),
  fc.record({ kind: fc.constant('replace' as const), bytes: fc.uint8Array({ maxLength: 300 }) }),
)
type Damage = typeof damage extends fc.Arbitrary<infer One> ? One : never

function damagedBytes(bytes: Uint8Array, how: Damage): Uint8Array {
  if (how.kind === 'append') return new Uint8Array([...bytes, ...how.bytes])
  if (how.kind === 'replace') return how.bytes
  const at = Math.floor(how.at * bytes.length)
  if (how.kind === 'cut') return bytes.subarray(0, at)
  return bytes.map((byte, index) => (index === at ? byte ^ (1 << how.bit) : byte))
}

function damaged(text: string, how: Damage): string {
  return encodeBytes(damagedBytes(decodeBytes(text), how))
}

/** The notification with the one thing in it damaged that `which` names. */
function withDamage(what: Sent, which: 'content' | 'roster' | 'signature', how: Damage): Sent {
  if ('roster' in what && which === 'roster') {
    const body = new TextDecoder().decode(damagedBytes(new TextEncoder().encode(what.roster.body), how))
    return { ...what, roster: { ...what.roster, body } }
  }
  if ('roster' in what && which === 'signature') {
    return { ...what, roster: { ...what.roster, signature: damaged(what.roster.signature, how) } }
  }
  if (what.type === 'mls.proposals') {
    return { ...what, proposals: what.proposals.map((one, at) => (at === 0 ? damaged(one, how) : one)) }
  }
  if (what.type === 'mls.commit') return { ...what, commit: damaged(what.commit, how) }
  if (what.type === 'mls.welcome') return { ...what, welcome: damaged(what.welcome, how) }
  if (what.type === 'mls.data') return { ...what, message: damaged(what.message, how) }
  return what
}

const kinds = ['mls.proposals', 'mls.commit', 'mls.welcome', 'mls.data'] as const

test.each(kinds)('a damaged %s changes nothing for good', async (kind) => {
  await fc.assert(
    fc.asyncProperty(damage, fc.constantFrom('content', 'roster', 'signature'), async (how, which) => {
      // Many damages in a short time are no reason to give up here.
      room.now += 60_000
      const problems = ben.problems.length
      const before = ben.epochs.length
      let wasDamaged = false
      room.tamper = (what, to) => {
        if (to !== ben || what.type !== kind || wasDamaged) return [what]
        wasDamaged = true
        return [withDamage(what, which, how)]
      }
      if (kind === 'mls.data') await anna.say('good morning')
      // To be welcomed again, Ben starts afresh; everything else comes of somebody who comes and goes.
      else if (kind === 'mls.welcome') ben.session.restart()
      const guest = kind === 'mls.data' || kind === 'mls.welcome' ? null : room.enter('Guest')
      await room.until(() => wasDamaged)
      if (guest !== null) {
        await room.until(() => guest.epochs.length > 0)
        room.remove(guest)
      }
      room.tamper = (what) => [what]
      await room.until(() => guest === null || !room.staying.includes(guest))
      await room.together(anna, ben)
      await room.dealtWith(ben, anna)
      await room.together(anna, ben)
      for (const epoch of ben.epochs.slice(before)) {
        expect(epoch.members.map(({ displayName }) => displayName)).toContain('Anna')
      }
      expect(ben.isHopeless).toBe(false)
      expect(ben.problems.length - problems).toBeLessThanOrEqual(2)
    }),
    { seed: 9420, numRuns: 12 },
  )
})
