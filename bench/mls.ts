// What MLS operations cost: our post-quantum suite beside the classic one that RFC 9420 makes mandatory, by group size.
import { parseArgs } from 'node:util'
import { createAuthority } from '@curtain/e2ee/authority'
import { verificationCodeOf } from '@curtain/e2ee/group'
import { makeId, type MlsGroupId } from '@curtain/protocol'
import { getCiphersuiteFromName, getCiphersuiteImpl } from 'ts-mls'
import { Group } from '../e2ee/src/group/group.ts'
import { makeKeyPackage, type OwnKeyPackage } from '../e2ee/src/group/key-package.ts'
import { ourSuite } from '../e2ee/src/group/suite.ts'
import { machineFacts } from './machine.ts'
import { markdownTable, progress, wholeNumber } from './report.ts'
import { median } from './statistics.ts'

const { values: given } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } })
const rounds = Number(given.rounds)
const sizes = [2, 12, 50]

type Suite = Awaited<ReturnType<typeof ourSuite>>
interface Figures {
  keyPackage: number[]
  add: number[]
  join: number[]
  processAdd: number[]
  remove: number[]
  processRemove: number[]
  exportKey: number[]
  keyPackageBytes: number
  addBytes: number
  welcomeBytes: number
  removeBytes: number
}

const random = () => crypto.getRandomValues(new Uint8Array(10))
const ours = await ourSuite()
const authority = await createAuthority(crypto.getRandomValues(new Uint8Array(32)))

async function timed<Result>(list: number[], what: () => Promise<Result>): Promise<Result> {
  const from = performance.now()
  const result = await what()
  list.push(performance.now() - from)
  return result
}

function newKeyPackage(suite: Suite): Promise<OwnKeyPackage> {
  return makeKeyPackage(suite, makeId('participant', Date.now(), random()), Date.now())
}

/** One commit of the proposals, by the first of these groups; the others process it. */
async function change(groups: readonly Group[], proposals: readonly Uint8Array[]) {
  const [committer, ...others] = groups
  if (committer === undefined) throw new Error('nobody to commit')
  for (const group of groups) for (const proposal of proposals) await group.propose(proposal, Date.now())
  const commit = await committer.commit()
  commit.accept()
  return { commit, others }
}

/** Adds and removes one member of a group of `size`, as somebody who was in it and somebody who comes see it. */
async function measure(suite: Suite, size: number): Promise<Figures> {
  const figures: Figures = {
    keyPackage: [], add: [], join: [], processAdd: [], remove: [], processRemove: [], exportKey: [],
    keyPackageBytes: 0, addBytes: 0, welcomeBytes: 0, removeBytes: 0,
  }
  const id: MlsGroupId = `${makeId('visit', 1, new Uint8Array(10))}.${'A'.repeat(22)}`
  const rosterKey = authority.publicKey
  const founder = await Group.create(suite, id, await newKeyPackage(suite), rosterKey)
  // Everybody else but the one who comes and goes; the first of them follows along, the others are leaves in the tree.
  const packages: OwnKeyPackage[] = []
  for (let at = 2; at < size; at++) packages.push(await newKeyPackage(suite))
  const inside = [founder]
  const [second] = packages
  if (packages.length > 0) {
    const proposals = await Promise.all(packages.map(({ message }) => authority.proposeAdd(id, 0, message)))
    const { commit } = await change([founder], proposals)
    // What we check of another's commit beyond the library knows keys of our suite alone.
    if (second !== undefined && suite === ours) {
      inside.push(await Group.join(suite, commit.welcome ?? new Uint8Array(), second, { id, epoch: 1, rosterKey }))
    }
  }
  for (let round = 0; round < rounds; round++) {
    const own = await timed(figures.keyPackage, () => newKeyPackage(suite))
    figures.keyPackageBytes = own.message.length
    const add = await authority.proposeAdd(id, founder.epoch, own.message)
    for (const group of inside) await group.propose(add, Date.now())
    const added = await timed(figures.add, () => founder.commit())
    added.accept()
    figures.addBytes = added.message.length
    figures.welcomeBytes = added.welcome?.length ?? 0
    for (const group of inside.slice(1)) await timed(figures.processAdd, () => group.process(added.message))
    const expected = { id, epoch: founder.epoch, rosterKey }
    const joined = await timed(figures.join, () => Group.join(suite, added.welcome ?? new Uint8Array(), own, expected))
    await timed(figures.exportKey, () => joined.exportKey())

    const remove = await authority.proposeRemove(id, founder.epoch, joined.self)
    for (const group of inside) await group.propose(remove, Date.now())
    const removed = await timed(figures.remove, () => founder.commit())
    removed.accept()
    figures.removeBytes = removed.message.length
    for (const group of inside.slice(1)) await timed(figures.processRemove, () => group.process(removed.message))
    joined.erase()
  }
  return figures
}

console.log(machineFacts())
const classic = getCiphersuiteFromName('MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519')
const suites = [ours, await getCiphersuiteImpl(classic)]
const rows: string[][] = []
for (const suite of suites) {
  for (const size of sizes) {
    const one = await measure(suite, size)
    const ms = (list: readonly number[]) => (list.length === 0 ? '' : median(list).toFixed(1))
    rows.push([
      `${suite.name.includes('XWING') ? 'X-Wing, AES-256' : 'X25519, AES-128'}, ${size}`,
      ...[one.keyPackage, one.add, one.join, one.processAdd, one.remove, one.processRemove, one.exportKey].map(ms),
      ...[one.keyPackageBytes, one.addBytes, one.welcomeBytes, one.removeBytes].map(wholeNumber),
    ])
    progress(`${suite.name} with ${size} members`)
  }
}
const code: number[] = []
for (let round = 0; round < rounds; round++) await timed(code, () => verificationCodeOf(crypto.getRandomValues(new Uint8Array(64)), '{}'))

console.log(`
MLS operations in Node, median of ${rounds} in milliseconds, and bytes of their messages. “Members” counts the one who comes and goes.

${markdownTable(
  ['suite, members', 'key package', 'add', 'join', 'process add', 'remove', 'process remove', 'export', 'key package B', 'add B', 'welcome B', 'remove B'],
  rows,
)}

Working out a verification code: ${median(code).toFixed(0)} ms, on purpose.`)
