import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { signCheckpoint } from './checkpoint.ts'
import { writeCheckpoint, writeEvent, writeHeader, writePruned } from './export.ts'
import { Frontier } from './frontier.ts'
import { leafHash } from './hashing.ts'
import { replacementText } from './key-chain.ts'
import { createSigner, NoteError, readVerifier } from './note.ts'
import { type Trusted, verifyExport } from './verify.ts'

const organizationId = 'org_1'
const origin = 'curtain/org_1'
const signer = createSigner(origin, Buffer.alloc(32, 1))
const key = readVerifier(signer.encoded)

const eventOf = (index: number, of = organizationId) =>
  JSON.stringify({ at: new Date(index * 1000).toISOString(), facts: {}, id: `evt_${index}`, organizationId: of, type: 'patient.read' })
const events = (count: number) => Array.from({ length: count }, (_, index) => eventOf(index))

function checkpointOf(logged: readonly string[], by = signer) {
  const frontier = new Frontier()
  for (const event of logged) frontier.append(Buffer.from(event))
  return signCheckpoint({ origin: by.name, size: frontier.size, root: frontier.root() }, by)
}

interface Parts {
  lines?: readonly string[]
  note?: string
  by?: typeof signer
}
/** An export of events as they were logged, or of other lines under the same checkpoint. */
function exportOf(logged: readonly string[], { lines, note, by = signer }: Parts = {}): string {
  const header = writeHeader({ organizationId, origin: by.name, key: by.encoded })
  return [header, ...(lines ?? logged.map((event, index) => writeEvent(index, event))), writeCheckpoint(note ?? checkpointOf(logged, by))].join('')
}

const verify = (text: string, trusted: Trusted = { key }) => verifyExport([Buffer.from(text)], trusted)
async function codesOf(text: string, trusted?: Trusted) {
  const { outcome, findings } = await verify(text, trusted)
  return [outcome, ...findings.map(({ code, index }) => (index === undefined ? code : `${code} ${index}`))]
}

const ten = events(10)
const lines = ten.map((event, index) => writeEvent(index, event))

describe('what is whole', () => {
  test('is sound with the key that is known, however the file is cut into pieces', async () => {
    const text = Buffer.from(exportOf(ten))
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(text.length), { maxLength: 20 }), async (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), text.length]
        const pieces = at.slice(1).map((end, index) => text.subarray(at[index], end))
        expect(await verifyExport(pieces, { key })).toMatchObject({ outcome: 'sound', entries: 10, findings: [] })
      }),
    )
  })
  test('without a key or checkpoint from before, who signed it is not known', async () => {
    expect(await codesOf(exportOf(ten), {})).toEqual(['unknown-signer'])
  })
  test('goes on from every checkpoint that was kept', async () => {
    for (let size = 0; size <= 10; size++) {
      const report = await verify(exportOf(ten), { checkpoint: checkpointOf(ten.slice(0, size)) })
      expect(report).toMatchObject({ outcome: 'sound', comparedWith: size })
    }
  })
  test('an empty log is whole', async () => {
    expect(await codesOf(exportOf([]))).toEqual(['sound'])
  })
  test('entries of which the log says that it keeps their hashes alone keep the tree', async () => {
    const said = JSON.stringify({ at: '2026-03-01T00:00:00.000Z', facts: { before: 4, count: 3 }, organizationId, type: 'log.pruned' })
    const logged = [...ten, said]
    const whole = logged.map((event, index) => writeEvent(index, event))
    const without = (...indexes: number[]) =>
      exportOf(logged, { lines: whole.map((line, index) => (indexes.includes(index) ? writePruned(index, leafHash(Buffer.from(logged[index]!))) : line)) })
    expect(await verify(without(0, 1, 3))).toMatchObject({ outcome: 'sound', pruned: 3 })
    // One that was held, or is yet to go, is no fault; one too many is.
    expect(await verify(without(2))).toMatchObject({ outcome: 'sound', pruned: 1 })
    expect(await codesOf(without(0, 1, 2, 3))).toEqual(['broken', 'taken-out'])
    expect(await codesOf(without(0, 4))).toEqual(['broken', 'taken-out 4'])
  })
  test('what was younger than six years is taken out, whatever the log says of it, now or of a day to come', async () => {
    const year = (of: number) => eventOf(Date.UTC(of, 0, 1) / 1000)
    const said = (at: string) => JSON.stringify({ at, facts: { before: 3, count: 3 }, organizationId, type: 'log.pruned' })
    const now = new Date('2026-03-01T00:00:00.000Z')
    const prunedAt = async (at: string, years: readonly number[], ...indexes: number[]) => {
      const logged = [...years.map(year), said(at)]
      const text = exportOf(logged, { lines: logged.map((event, index) => (indexes.includes(index) ? writePruned(index, leafHash(Buffer.from(event))) : writeEvent(index, event))) })
      const { outcome, findings } = await verifyExport([Buffer.from(text)], { key }, now)
      return [outcome, ...findings.map(({ code, index }) => `${code} ${index}`)]
    }
    expect(await prunedAt('2026-02-01T00:00:00.000Z', [2018, 2019, 2021], 0, 1)).toEqual(['sound'])
    expect(await prunedAt('2026-02-01T00:00:00.000Z', [2018, 2019, 2021], 1)).toEqual(['sound'])
    expect(await prunedAt('2026-02-01T00:00:00.000Z', [2018, 2021, 2022], 2)).toEqual(['broken', 'taken-out 2'])
    expect(await prunedAt('2036-02-01T00:00:00.000Z', [2018, 2021, 2022], 0, 2)).toEqual(['broken', 'taken-out 2'])
    expect(await prunedAt('some day', [2018, 2021, 2022], 0)).toEqual(['broken', 'taken-out 0'])
    // Set back by years when it pruned: what came before tells the time.
    expect(await prunedAt('2001-02-01T00:00:00.000Z', [2018, 2019, 2026], 1)).toEqual(['sound'])
  })
  test('a clock that was set back is told, and is no fault', async () => {
    const logged = [eventOf(5), eventOf(2), eventOf(6)]
    expect(await verify(exportOf(logged))).toMatchObject({ outcome: 'sound', clockBack: { index: 1 } })
  })
})

describe('a key that was replaced', () => {
  const [second, third] = [createSigner(origin, Buffer.alloc(32, 2)), createSigner(origin, Buffer.alloc(32, 3))]
  const replaced = (from: typeof signer, to: typeof signer, statement?: string) =>
    JSON.stringify({ at: '2026-03-01T00:00:00.000Z', facts: { key: to.encoded, keyBefore: from.encoded, statement }, organizationId, type: 'log.key-replaced' })
  const vouched = (from: typeof signer, to: typeof signer) => replaced(from, to, from.signNote(replacementText(from.encoded, to.encoded)))
  const kept = checkpointOf(ten.slice(0, 6))

  test('is followed from the one that is known, each naming the next', async () => {
    const text = exportOf([...ten, vouched(signer, second), ...events(2), vouched(second, third)], { by: third })
    for (const trusted of [{ key }, { checkpoint: kept }, { key: readVerifier(third.encoded), checkpoint: kept }]) {
      expect(await verify(text, trusted)).toMatchObject({ outcome: 'sound', keysReplaced: [{ index: 10, isVouchedFor: true }, { index: 13 }] })
    }
  })
  test('that was lost shows as such: what was kept still tells that nothing before it was changed', async () => {
    const text = exportOf([...ten, replaced(signer, second)], { by: second })
    expect(await codesOf(text)).toEqual(['key-replaced'])
    expect(await verify(text, { checkpoint: kept })).toMatchObject({ outcome: 'key-replaced', comparedWith: 6, keysReplaced: [{ index: 10, isVouchedFor: false }] })
    expect(await codesOf(text, { key: readVerifier(second.encoded) })).toEqual(['sound'])
  })
  test('is followed past what somebody only claims of it', async () => {
    const text = exportOf([...ten, replaced(signer, third), vouched(signer, second)], { by: second })
    expect(await codesOf(text)).toEqual(['sound'])
    expect(await codesOf(exportOf([...ten, vouched(signer, second), vouched(second, third)], { by: second }))).toEqual(['broken', 'other-key'])
  })
  test('more often than any log says is no log: what is said of it is kept in memory', async () => {
    const often = Array.from({ length: 1001 }, () => replaced(signer, second))
    expect(await codesOf(exportOf(often))).toEqual(['broken', 'line-broken 1000'])
  })
  test('for which another vouches is not vouched for; one that the log does not name is another', async () => {
    const another = replaced(signer, second, third.signNote(replacementText(signer.encoded, second.encoded)))
    expect(await codesOf(exportOf([...ten, another], { by: second }))).toEqual(['key-replaced'])
    expect(await codesOf(exportOf([...ten, vouched(signer, second)], { by: third }))).toEqual(['broken', 'other-key'])
    expect(await codesOf(exportOf([...ten.toSpliced(2, 1), replaced(signer, second)], { by: second }), { checkpoint: kept })).toEqual([
      'broken', 'another-history',
    ])
  })
})

describe('tampering', () => {
  const swapped = lines.with(3, lines[4]!).with(4, lines[3]!)
  const renumbered = (list: readonly string[]) => list.map((line, index) => line.replace(/^\{"index":\d+/, `{"index":${index}`))
  const kept = checkpointOf(ten.slice(0, 6))
  const another = createSigner(origin, Buffer.alloc(32, 2))
  const fork = [...ten.slice(0, 4), ...events(9).slice(0, 6).map((event) => event.replace('read', 'changed'))]

  test.each<[string, string, Trusted, unknown[]]>([
    ['a byte is changed', exportOf(ten, { lines: lines.with(2, lines[2]!.replace('read', 'rexd')) }), { key }, ['broken', 'wrong-root']],
    ['two are exchanged', exportOf(ten, { lines: swapped }), { key }, ['broken', 'out-of-order 3']],
    ['two are exchanged and numbered anew', exportOf(ten, { lines: renumbered(swapped) }), { key }, ['broken', 'wrong-root']],
    ['the last is gone', exportOf(ten, { lines: lines.slice(0, -1) }), { key }, ['broken', 'wrong-size']],
    ['one in the middle is gone', exportOf(ten, { lines: lines.toSpliced(5, 1) }), { key }, ['broken', 'out-of-order 5']],
    ['one in the middle is gone, and the rest numbered anew', exportOf(ten, { lines: renumbered(lines.toSpliced(5, 1)) }), { key }, ['broken', 'wrong-size']],
    ['one is there twice', exportOf(ten, { lines: lines.toSpliced(5, 0, lines[4]!) }), { key }, ['broken', 'out-of-order 5']],
    ['all is written anew and signed with another key', exportOf(ten.toSpliced(5, 1), { by: another }), { key }, ['broken', 'other-key']],
    ['the same, and a checkpoint was kept', exportOf(ten.toSpliced(5, 1), { by: another }), { checkpoint: kept }, ['broken', 'another-history', 'other-key']],
    ['an old database was restored', exportOf(ten.slice(0, 4)), { checkpoint: kept }, ['broken', 'shorter-than-before']],
    ['there are two histories', exportOf(fork), { checkpoint: kept }, ['broken', 'another-history']],
    ['one was taken out, and its hash left', exportOf(ten, { lines: lines.with(3, writePruned(3, leafHash(Buffer.from(ten[3]!)))) }), { key }, ['broken', 'taken-out 3']],
    ['the signature is of another text', exportOf(ten, { note: checkpointOf(ten).replace('\n10\n', '\n11\n') }), { key }, ['broken', 'checkpoint-broken']],
  ])('%s', async (_, text, trusted, expected) => {
    expect(await codesOf(text, trusted)).toEqual(expected)
  })

  test('whatever byte of an entry is changed', async () => {
    const text = Buffer.from(exportOf(ten))
    const start = text.indexOf('\n') + 1
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: start, max: text.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = Buffer.from(text)
        changed[at] = (changed[at] ?? 0) ^ flip
        expect((await verifyExport([changed], { key })).outcome).toBe('broken')
      }),
    )
  })
})

describe('what is no export, or not this one', () => {
  const elsewhere = createSigner('curtain/org_2', Buffer.alloc(32, 1))
  test.each<[string, string, Trusted, unknown[]]>([
    ['nothing', '', {}, ['broken', 'not-an-export']],
    ['something else', 'hello\n', {}, ['broken', 'not-an-export']],
    ['a later version', exportOf(ten).replace('"version":1', '"version":2'), {}, ['broken', 'not-an-export']],
    ['cut off in a line', exportOf(ten).slice(0, 700), {}, ['broken', 'cut-off']],
    ['cut off between lines', exportOf(ten).split('\n').slice(0, 5).join('\n') + '\n', {}, ['broken', 'cut-off']],
    ['saved by a spreadsheet', exportOf(ten).replaceAll('\n', '\r\n'), {}, ['broken', 'line-broken 0']],
    ['quoted by a spreadsheet', exportOf(ten, { lines: lines.with(1, `"${lines[1]!.trim().replaceAll('"', '""')}"\n`) }), {}, ['broken', 'line-broken 1']],
    ['an entry of another organization', exportOf(ten, { lines: lines.with(3, writeEvent(3, eventOf(3, 'org_2'))) }), {}, ['broken', 'other-organization 3']],
    ['a checkpoint of another log was kept', exportOf(ten), { checkpoint: checkpointOf(ten, elsewhere) }, ['broken', 'other-log']],
    ['something after the end', `${exportOf(ten)}${lines[0]!}`, {}, ['broken', 'more-after-the-end']],
    ['a line without end', `${exportOf(ten)}${'x'.repeat(1_100_000)}`, {}, ['broken', 'line-too-long']],
  ])('%s', async (_, text, trusted, expected) => {
    expect(await codesOf(text, trusted)).toEqual(expected)
  })

  test('what was kept is no checkpoint: nothing is said of the export', async () => {
    await expect(verify(exportOf(ten), { checkpoint: 'hello' })).rejects.toThrow(NoteError)
  })

  test('one that would be a weight to read', async () => {
    const deep = writeEvent(0, eventOf(0).replace('{}', `${'['.repeat(400_000)}${']'.repeat(400_000)}`))
    expect(await codesOf(exportOf(ten, { lines: lines.with(0, deep) }))).toEqual(['broken', 'wrong-root'])
    const twice = lines[0]!.replace('"facts"', '"organizationId":"org_2","facts"')
    expect(await codesOf(exportOf(ten, { lines: lines.with(0, twice) }))).toEqual(['broken', 'wrong-root'])
  })

  test('it never throws otherwise, whatever the file', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.nat(2000), async (noise, at) => {
        const text = Buffer.from(exportOf(ten))
        const { outcome } = await verifyExport([text.subarray(0, at), noise, text.subarray(at)], { key })
        expect(outcome).toBe(noise.length === 0 ? 'sound' : 'broken')
      }),
    )
  })
})
