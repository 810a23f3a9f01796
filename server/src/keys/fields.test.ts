import { randomBytes } from 'node:crypto'
import { makeId, type PatientId } from '@curtain/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import type { Tables } from '../database/tables.ts'
import { patientName, type PatientRow } from '../patients/schema.ts'
import { participantDisplayName, visitReason } from '../visits/schema.ts'
import { createSealer } from './fields.ts'
import { organizationSealer } from './keys.ts'
import { OrganizationKey } from './organization-keys.ts'
import { createPatientKeyFiles } from './patient-key-files.ts'
import type { SealedColumn } from './sealed.ts'

using folder = temporaryFolder()
const newId = <Kind extends 'organization' | 'patient'>(kind: Kind) => makeId(kind, 0, randomBytes(10))
const bytes = randomBytes(32)
const clinic = new OrganizationKey(newId('organization'), new Map([[1, bytes]]))
const own = organizationSealer(clinic, createPatientKeyFiles(folder.path))
const [ann, bo]: [PatientId, PatientId] = [newId('patient'), newId('patient')]
const ofAnn = await own.newPatient(ann)
const ofBo = await own.newPatient(bo)
const reopened = own.patient(ann)
if (reopened === null) throw new Error('no key')

const sealers = [['an organization', own, own], ['a patient', ofAnn, reopened]] as const

test.each(sealers)('whatever is sealed for %s opens again, seals differently each time, and does not show', (_whose, seal, open) => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ minLength: 1 }), (text, rowId) => {
      const sealed = seal.seal(patientName, rowId, text)
      expect(open.open(patientName, rowId, sealed)).toBe(text.toWellFormed())
      expect(seal.seal(patientName, rowId, text).equals(sealed)).toBe(false)
      if (Buffer.byteLength(text) > 3) expect(sealed.includes(Buffer.from(text))).toBe(false)
    }),
  )
})

test.each(sealers)('what is sealed for %s opens in no other row, column or table', (_whose, seal, open) => {
  const sealed = seal.seal(patientName, 'pat_1', 'Ann Lee')
  // What somebody with the database in their hands can do, though no code of ours could be written so.
  const moved = (column: SealedColumn, rowId: string) => () => open.open<SealedColumn>(column, rowId, sealed)
  expect(moved(patientName, 'pat_1')()).toBe('Ann Lee')
  for (const [column, rowId] of [
    [patientName, 'pat_2'], [patientName, ''], [participantDisplayName, 'pat_1'], [visitReason, 'pat_1'],
    [{ table: 'patients', name: 'contact' }, 'pat_1'], [{ table: 'visits', name: 'name' }, 'pat_1'],
    [{ table: 'patientsn', name: 'ame' }, 'pat_1'],
  ] as const) {
    expect(moved(column, rowId), `${column.table}.${column.name} ${rowId}`).toThrow()
  }
})

test('what is one patient’s opens with no other patient’s key, and not with the organization’s', () => {
  const sealed = ofAnn.seal(patientName, ann, 'Ann Lee')
  expect(() => ofBo.open(patientName, ann, sealed)).toThrow()
  expect(() => own.open(patientName, ann, sealed)).toThrow(/of this owner/)
  expect(() => ofAnn.open(patientName, ann, own.seal(patientName, ann, 'Ann Lee'))).toThrow(/of this owner/)
})

test('what is one organization’s does not open in another, even with the same key', () => {
  const other = organizationSealer(new OrganizationKey(newId('organization'), new Map([[1, bytes]])), createPatientKeyFiles(folder.path))
  const sealed = own.seal(participantDisplayName, 'par_1', 'Gia')
  expect(() => other.open(participantDisplayName, 'par_1', sealed)).toThrow()
})

test('the owner is part of what is sealed, and not of the key alone', () => {
  const scope = { form: 2, version: () => 1, keyOf: () => bytes } as const
  const sealed = createSealer({ ...scope, owner: ['org_1'] }).seal(participantDisplayName, 'par_1', 'Gia')
  expect(createSealer({ ...scope, owner: ['org_1'] }).open(participantDisplayName, 'par_1', sealed)).toBe('Gia')
  expect(() => createSealer({ ...scope, owner: ['org_2'] }).open(participantDisplayName, 'par_1', sealed)).toThrow()
})

test.each(sealers)('a changed bit anywhere, a cut and nothing are noticed by %s', (_whose, seal, open) => {
  const sealed = seal.seal(patientName, ann, 'Ann Lee')
  const claims = (_value: Buffer): _value is typeof sealed => true
  const isRefused = (change: (value: Buffer) => Buffer) => {
    const changed = change(Buffer.from(sealed))
    expect(() => claims(changed) && open.open(patientName, ann, changed)).toThrow()
  }
  for (let at = 0; at < sealed.length * 8; at++) {
    isRefused((value) => {
      value[at >> 3] = value[at >> 3]! ^ (1 << (at & 7))
      return value
    })
  }
  for (let length = 0; length < sealed.length; length++) isRefused((value) => value.subarray(0, length))
})

test('a new version seals what is new, and the one before opens what it sealed', () => {
  const key = new OrganizationKey(clinic.organizationId, new Map([[1, bytes]]))
  const sealer = organizationSealer(key, createPatientKeyFiles(folder.path))
  const before = sealer.seal(participantDisplayName, 'par_1', 'Gia')
  key.add(2, randomBytes(32))
  const after = sealer.seal(participantDisplayName, 'par_1', 'Gia')
  expect([before.readUInt32BE(1), after.readUInt32BE(1)]).toEqual([1, 2])
  for (const sealed of [before, after]) expect(sealer.open(participantDisplayName, 'par_1', sealed)).toBe('Gia')
  expect(() => own.open(participantDisplayName, 'par_1', after)).toThrow(/no version 2/)
})

test('a column that is sealed takes nothing but what was sealed for it: all else is a type error', () => {
  const name = ofAnn.seal(patientName, ann, 'Ann Lee')
  const row: Pick<PatientRow, 'name'> = { name }
  // @ts-expect-error a plain Buffer
  row.name = Buffer.from('Ann Lee')
  // @ts-expect-error plain text
  row.name = 'Ann Lee'
  // @ts-expect-error sealed, but for another column
  row.name = ofAnn.seal(visitReason, ann, 'cough')
  const reason: Tables['visits']['reason'] = ofAnn.seal(visitReason, 'vis_1', 'cough')
  // @ts-expect-error opened as another column's
  expect(() => ofAnn.open(patientName, 'vis_1', reason)).toThrow()
})
