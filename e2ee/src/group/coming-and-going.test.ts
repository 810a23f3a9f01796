import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GroupWorld } from '../../test-support/group-world.ts'
import type { Group } from './group.ts'
import type { OwnKeyPackage } from './key-package.ts'

/** One round; the first of those who stay commits. @returns those there after it */
async function turn(world: GroupWorld, groups: Group[], gone: readonly Group[], newcomers: string): Promise<Group[]> {
  const staying = groups.filter((group) => !gone.includes(group))
  const { epoch } = staying[0]!
  const owns: OwnKeyPackage[] = []
  const proposals: Uint8Array[] = []
  for (const { self } of gone) proposals.push(await world.authority.proposeRemove(world.groupId, epoch, self))
  for (const letter of newcomers) {
    const own = await world.keyPackage(letter)
    owns.push(own)
    proposals.push(await world.add(epoch, own))
  }
  const welcome = await world.round(staying, proposals)
  const joined = await Promise.all(owns.map((own) => world.join(welcome, own, epoch + 1)))
  for (const group of [...staying, ...joined]) expect(group.epochAuthenticator).toEqual(staying[0]!.epochAuthenticator)
  return [...staying, ...joined]
}

// The library's own check of a tree refuses this one: leaf 7 is unmerged in its grandparent, leaves 1 and 7 in the root.
test('newcomers can join where two went, far from each other', async () => {
  const world = await GroupWorld.open()
  const eight = await turn(world, [await world.found()], [], 'bcdefgh')
  const fifthFirst = [...eight.slice(4), ...eight.slice(0, 4)]
  const six = await turn(world, fifthFirst, [eight[1]!, eight[7]!], '')
  const again = await turn(world, six, [], 'ij')
  expect(again.map(({ self }) => self)).toEqual([4, 5, 6, 0, 2, 3, 1, 7])
})

/** Who commits, who goes (by their place among those there) and how many come. */
const change = fc.record({ commits: fc.nat(11), goes: fc.array(fc.nat(11), { maxLength: 2 }), comes: fc.nat(2) })

test('everybody can follow and every newcomer can join, however people come and go', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 6, maxLength: 12 }), async (changes) => {
      const world = await GroupWorld.open()
      let groups = [await world.found()]
      for (const [at, { commits, goes, comes }] of changes.entries()) {
        const committer = groups[commits % groups.length]!
        const others = groups.filter((group) => group !== committer)
        const gone = others.filter((_, place) => goes.includes(place))
        const newcomers = String.fromCharCode(200 + 2 * at, 201 + 2 * at).slice(0, Math.min(comes, 9 - groups.length))
        if (gone.length + newcomers.length > 0) groups = await turn(world, [committer, ...others], gone, newcomers)
      }
    }),
    { seed: 9420, numRuns: 3 },
  )
})
