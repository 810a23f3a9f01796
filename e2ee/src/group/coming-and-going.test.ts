import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GroupWorld } from '../../test-support/group-world.ts'
import type { Group } from './group.ts'
import type { OwnKeyPackage } from './key-package.ts'

// The library's own check of a tree refuses some that come about just so: several joined without a path since somebody
// left. Ours must take every one of them.

/** Who goes by their place among those there (never the first, who commits), and how many come. */
const change = fc.record({ goes: fc.array(fc.nat(11), { maxLength: 2 }), comes: fc.nat(2), commits: fc.nat(11) })

test('everybody can follow and every newcomer can join, however people come and go', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 6, maxLength: 12 }), async (changes) => {
      const world = await GroupWorld.open()
      let groups = [await world.found()]
      for (const [at, { goes, comes, commits }] of changes.entries()) {
        const committer = groups[commits % groups.length]!
        const gone = new Set(goes.map((one) => groups[one % groups.length]!).filter((group) => group !== committer))
        const newcomers = Array.from({ length: Math.min(comes, 9 - groups.length) }, (_, more) => String.fromCharCode(200 + 3 * at + more))
        if (gone.size + newcomers.length === 0) continue
        groups = await turn(world, [committer, ...groups.filter((group) => group !== committer)], gone, newcomers)
        for (const group of groups) expect(group.epochAuthenticator).toEqual(committer.epochAuthenticator)
        for (const group of gone) expect(group.epochAuthenticator).not.toEqual(committer.epochAuthenticator)
      }
    }),
    { seed: 9420, numRuns: 4 },
  )
})

/** One round; the first commits. @returns those there after it */
async function turn(world: GroupWorld, groups: Group[], gone: ReadonlySet<Group>, newcomers: string[]): Promise<Group[]> {
  const { epoch } = groups[0]!
  const staying = groups.filter((group) => !gone.has(group))
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
  return [...staying, ...joined]
}
