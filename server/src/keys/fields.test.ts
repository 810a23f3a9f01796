import { randomBytes } from 'node:crypto'
import { makeId, type PatientId } from '@curtain/protocol'
import fc from 'fast-check'
import type { Selectable } from 'kysely'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import {
  patientBirthDate,
  patientChangeFields,
  patientEmail,
  patientName,
  patientPhone,
  patientRecordNumber,
  type StoredPatient,
} from '../patients/schema.ts'
import { participantDisplayName, visitReason, type VisitRow } from '../visits/schema.ts'
import { createBlindIndexer } from './blind-index.ts'
import { createSealer } from './fields.ts'
import { organizationSealer } from './keys.ts'
import { OrganizationKey } from './organization-keys.ts'
import { createPatientKeyFiles } from './patient-key-files.ts'
import { sealedColumn, type Sealed, type SealedColumn } from './sealed.ts'

using folder = temporaryFolder()
const newId = <Kind extends 'organization' | 'patient'>(kind: Kind) => makeId(kind, 0, randomBytes(10))
const bytes = randomBytes(32)
const clinic = new OrganizationKey(newId('organization'), new Map([[1, bytes]]))
const index = createBlindIndexer(clinic.organizationId, randomBytes(32))
const own = organizationSealer(clinic, createPatientKeyFiles(folder.path), index)
const [ann, bo]: [PatientId, PatientId] = [newId('patient'), newId('patient')]
const ofAnn = await own.newPatient(ann)
const ofBo = await own.newPatient(bo)
const reopened = await own.patient(ann)
if (reopened === null) throw new Error('no key')

const sealers = [['an organization', own, own], ['a patient', ofAnn, reopened]] as const

test.each(sealers)('whatever is sealed for %s opens again, seals differently each time, and does not show', (_whose, seal, open) => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ minLength: 1 }), (text, rowId) => {
      const sealed = seal.seal(patientChangeFields, rowId, text)
      expect(open.open(patientChangeFields, rowId, sealed)).toBe(text.toWellFormed())
      expect(seal.seal(patientChangeFields, rowId, text).equals(sealed)).toBe(false)
      if (Buffer.byteLength(text) > 3) expect(sealed.includes(Buffer.from(text))).toBe(false)
    }),
  )
})

test.each(sealers)('what is sealed for %s opens in no other row, column or table', (_whose, seal, open) => {
  const sealed = seal.seal(patientChangeFields, 'pat_1', 'Ann Lee')
  // What somebody with the database in their hands can do, though no code of ours could be written so.
  const moved = (column: SealedColumn, rowId: string) => () => open.open<SealedColumn>(column, rowId, sealed)
  expect(moved(patientChangeFields, 'pat_1')()).toBe('Ann Lee')
  for (const [column, rowId] of [
    [patientChangeFields, 'pat_2'], [patientChangeFields, ''], [participantDisplayName, 'pat_1'], [visitReason, 'pat_1'],
    [sealedColumn('patient_changes', 'kind'), 'pat_1'], [sealedColumn('visits', 'fields'), 'pat_1'],
    [sealedColumn('patient_changesf', 'ields'), 'pat_1'], [patientName, 'pat_1'],
  ] as const) {
    expect(moved(column, rowId), `${column.table}.${column.name} ${rowId}`).toThrow()
  }
})

test('no column of a patient’s opens as another, nor in another patient’s row', () => {
  const columns = [patientName, patientBirthDate, patientRecordNumber, patientEmail, patientPhone] as const
  for (const column of columns) {
    const indexed: Record<string, unknown> = ofAnn.sealIndexed(column, ann, '1958-04-30')
    const isSealed = (_value: unknown): _value is Sealed<SealedColumn> => true
    const sealed = indexed[column.name]
    if (!isSealed(sealed)) throw new Error('not sealed')
    for (const other of columns) {
      const open = () => ofAnn.open<SealedColumn>(other, ann, sealed)
      if (other === column) expect(open()).toBe('1958-04-30')
      else expect(open).toThrow()
    }
    expect(() => ofAnn.open<SealedColumn>(column, bo, sealed)).toThrow()
    expect(() => ofBo.open<SealedColumn>(column, ann, sealed)).toThrow()
  }
})

test('what is one patient’s opens with no other patient’s key, and not with the organization’s', () => {
  const sealed = ofAnn.seal(patientChangeFields, ann, 'Ann Lee')
  expect(() => ofBo.open(patientChangeFields, ann, sealed)).toThrow()
  expect(() => own.open(patientChangeFields, ann, sealed)).toThrow(/of this owner/)
  expect(() => ofAnn.open(patientChangeFields, ann, own.seal(patientChangeFields, ann, 'Ann Lee'))).toThrow(/of this owner/)
})

test('what is one organization’s does not open in another, even with the same key', () => {
  const other = organizationSealer(new OrganizationKey(newId('organization'), new Map([[1, bytes]])), createPatientKeyFiles(folder.path), index)
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
  const sealed = seal.seal(patientChangeFields, ann, 'Ann Lee')
  const claims = (_value: Buffer): _value is typeof sealed => true
  const isRefused = (change: (value: Buffer) => Buffer) => {
    const changed = change(Buffer.from(sealed))
    expect(() => claims(changed) && open.open(patientChangeFields, ann, changed)).toThrow()
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
  const sealer = organizationSealer(key, createPatientKeyFiles(folder.path), index)
  const before = sealer.seal(participantDisplayName, 'par_1', 'Gia')
  key.add(2, randomBytes(32))
  const after = sealer.seal(participantDisplayName, 'par_1', 'Gia')
  expect([before.readUInt32BE(1), after.readUInt32BE(1)]).toEqual([1, 2])
  for (const sealed of [before, after]) expect(sealer.open(participantDisplayName, 'par_1', sealed)).toBe('Gia')
  expect(() => own.open(participantDisplayName, 'par_1', after)).toThrow(/no version 2/)
})

test('a column that is sealed takes nothing but what was sealed for it: all else is a type error', () => {
  const reason = ofAnn.seal(visitReason, 'vis_1', 'cough')
  const row: Pick<Selectable<VisitRow>, 'reason'> = { reason }
  // @ts-expect-error a plain Buffer
  row.reason = Buffer.from('cough')
  // @ts-expect-error plain text
  row.reason = 'cough'
  // @ts-expect-error sealed, but for another column
  row.reason = ofAnn.seal(participantDisplayName, 'vis_1', 'cough')
  const name: Sealed<typeof participantDisplayName> = ofAnn.seal(participantDisplayName, 'par_1', 'Ann')
  // @ts-expect-error opened as another column's
  expect(() => ofAnn.open(visitReason, 'par_1', name)).toThrow()
})

test('a column that can be searched is written with its index, and the other way round: each alone is a type error', () => {
  const sealed = ofAnn.sealIndexed(patientBirthDate, ann, '1958-04-30')
  const row: Pick<StoredPatient, 'birth_date' | 'birth_date_index'> = sealed
  expect(ofAnn.open(patientBirthDate, ann, sealed.birth_date)).toBe('1958-04-30')
  expect(row.birth_date_index).toEqual(own.index.exact(patientBirthDate, '1958-04-30'))
  // @ts-expect-error sealed without its index
  ofAnn.seal(patientBirthDate, ann, '1958-04-30')
  // @ts-expect-error by the organization's key, which has no index of patients to write
  expect(() => own.sealIndexed(patientBirthDate, ann, '1958-04-30')).toThrow()
  // @ts-expect-error a column without an index
  ofAnn.sealIndexed(visitReason, 'vis_1', 'cough')
  // @ts-expect-error another column's index
  const wrong: Pick<StoredPatient, 'birth_date_index'> = { birth_date_index: own.index.exact(patientPhone, '55501') }
  expect(wrong).not.toEqual(row)
  expect(ofAnn.sealIndexed(patientBirthDate, ann, null)).toEqual({ birth_date: null, birth_date_index: null })
})
