import { randomBytes } from 'node:crypto'
import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { makeId } from '@curtain/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { temporaryFolder, type TemporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { patientChangeFields } from '../patients/schema.ts'
import { createBlindIndexer } from './blind-index.ts'
import { OrganizationKey } from './organization-keys.ts'
import { createPatientKeyFiles } from './patient-key-files.ts'
import { makePatientKey, openPatientKey, openPatientKeys, rewrapPatientKey, type PatientKeyStore } from './patient-keys.ts'

let folder: TemporaryFolder
let store: PatientKeyStore
beforeEach(() => {
  folder = temporaryFolder()
  store = createPatientKeyFiles(join(folder.path, 'patients'))
})
afterEach(() => folder[Symbol.dispose]())

const org = makeId('organization', 0, randomBytes(10))
const [pat, other] = [makeId('patient', 0, randomBytes(10)), makeId('patient', 1, randomBytes(10))]
const files = () => readdirSync(join(folder.path, 'patients', org)).toSorted()
const wrapped = randomBytes(64)
const index = createBlindIndexer(org, randomBytes(32))
const newKey = () => new OrganizationKey(org, new Map([[1, randomBytes(32)]]))

test('a key is pending until it is kept, can be read all the while, and is for its own user alone', async () => {
  await store.create(org, pat, wrapped)
  expect(files()).toEqual([`${pat}.pending`])
  expect(await store.read(org, pat)).toEqual(wrapped)
  expect(await store.list(org)).toEqual([{ patientId: pat, isPending: true }])
  await store.keep(org, pat)
  await store.keep(org, pat)
  expect(files()).toEqual([pat])
  expect(await store.read(org, pat)).toEqual(wrapped)
  expect(await store.list(org)).toEqual([{ patientId: pat, isPending: false }])
  expect(statSync(join(folder.path, 'patients', org, pat)).mode & 0o777).toBe(0o600)
  expect(statSync(join(folder.path, 'patients', org)).mode & 0o777).toBe(0o700)
})

test('a key is never made over another', async () => {
  await store.create(org, pat, wrapped)
  await expect(store.create(org, pat, randomBytes(64))).rejects.toThrow(/has a key already/)
  await store.keep(org, pat)
  await expect(store.create(org, pat, randomBytes(64))).rejects.toThrow(/has a key already/)
  expect(await store.read(org, pat)).toEqual(wrapped)
})

test('a destroyed key leaves nothing, whatever state it was in', async () => {
  await store.create(org, pat, wrapped)
  await store.keep(org, pat)
  await store.create(org, other, wrapped)
  writeFileSync(join(folder.path, 'patients', org, `${pat}.new`), 'of a write that was cut short')
  for (const id of [pat, other, pat]) await store.destroy(org, id)
  expect(files()).toEqual([])
  expect(await store.read(org, pat)).toBeNull()
  expect(await store.knows(org)).toBe(true)
})

test('a key that is destroyed while it is wrapped again does not come back', async () => {
  await store.create(org, pat, wrapped)
  await store.keep(org, pat)
  const replacing = store.replace(org, pat, wrapped, randomBytes(64))
  await store.destroy(org, pat)
  expect(await replacing).toBe(false)
  expect(files()).toEqual([])
})

test('a pending key that is wrapped again stays pending', async () => {
  await store.create(org, pat, wrapped)
  const after = randomBytes(64)
  expect(await store.replace(org, pat, wrapped, after)).toBe(true)
  expect(files()).toEqual([`${pat}.pending`])
  expect(await store.read(org, pat)).toEqual(after)
})

test('a patient’s key opens for this patient alone, unchanged, and with the organization’s key', async () => {
  const key = newKey()
  await makePatientKey(store, key, index, pat)
  await store.keep(org, pat)
  expect(await openPatientKey(store, key, index, pat)).not.toBeNull()
  const place = (id: string) => join(folder.path, 'patients', org, id)
  copyFileSync(place(pat), place(other))
  await expect(openPatientKey(store, key, index, other)).rejects.toThrow()
  await expect(openPatientKey(store, newKey(), index, pat)).rejects.toThrow()
  const whole = readFileSync(place(pat))
  for (const damaged of [whole.subarray(0, -1), Buffer.alloc(0), Buffer.from(whole.map((byte, at) => (at === 20 ? byte ^ 1 : byte)))]) {
    writeFileSync(place(pat), damaged)
    await expect(openPatientKey(store, key, index, pat)).rejects.toThrow()
  }
})

test('a key is wrapped again once for each version', async () => {
  const key = newKey()
  await makePatientKey(store, key, index, pat)
  expect(await rewrapPatientKey(store, key, pat)).toBe(false)
  key.add(2, randomBytes(32))
  expect(await rewrapPatientKey(store, key, pat)).toBe(true)
  expect(await rewrapPatientKey(store, key, pat)).toBe(false)
  expect((await store.read(org, pat))?.readUInt32BE()).toBe(2)
  expect(await rewrapPatientKey(store, key, other)).toBe(false)
})

test('a key that is kept between two looks for it is found', async () => {
  await store.create(org, pat, wrapped)
  const looked: string[] = []
  const slow = createPatientKeyFiles(join(folder.path, 'patients'), async (file) => {
    looked.push(basename(file))
    if (file.endsWith('.pending')) await store.keep(org, pat)
    return readFile(file)
  })
  expect(await slow.read(org, pat)).toEqual(wrapped)
  expect(looked).toEqual([pat, `${pat}.pending`, pat])
})

test('a key that is destroyed while it is kept does not stay', async () => {
  await store.create(org, pat, wrapped)
  await Promise.all([store.keep(org, pat), store.destroy(org, pat)])
  await store.create(org, other, wrapped)
  await Promise.all([store.destroy(org, other), store.keep(org, other)])
  expect(files()).toEqual([])
})

test('of several keys each opens what is its own, and what is wrong with one is told of that one alone', async () => {
  const key = newKey()
  const sealed = (await makePatientKey(store, key, index, pat)).seal(patientChangeFields, 'pch_1', 'Ann Lee')
  await store.create(org, other, wrapped)
  const gone = makeId('patient', 2, randomBytes(10))
  const sealers = await openPatientKeys(store, key, index, [pat, other, gone, pat])
  expect(sealers.of(pat)?.open(patientChangeFields, 'pch_1', sealed)).toBe('Ann Lee')
  expect(() => sealers.of(other)).toThrow()
  expect(sealers.of(gone)).toBeNull()
  expect(() => sealers.of(makeId('patient', 3, randomBytes(10)))).toThrow(/not asked for/)
})
