import { makeId, type Patient } from '@curtain/protocol'
import { expect, test } from 'vitest'
import { matchPatients } from './match-patients.ts'

const named = (name: string, n: number): Patient => ({
  id: makeId('patient', n, new Uint8Array(10)),
  name,
  birthDate: null,
  recordNumber: null,
  email: null,
  phone: null,
  createdAt: '2026-03-01T00:00:00.000Z',
  erasedAt: null,
  mergedInto: null,
})
const patients = ['Zoë Müller-Lüdenscheidt', 'Ana García', 'Anabel Ruiz', 'Mariana Gómez'].map(named)
const find = (typed: string) => matchPatients(patients, typed).map(({ name }) => name)

test('a patient is found by the beginning of any name, without accents or capitals', () => {
  expect(find('ana')).toEqual(['Ana García', 'Anabel Ruiz'])
  expect(find('garcia an')).toEqual(['Ana García'])
  expect(find('lud')).toEqual(['Zoë Müller-Lüdenscheidt'])
  expect(find('zoe mu')).toEqual(['Zoë Müller-Lüdenscheidt'])
  expect(find('xavier')).toEqual([])
})

test('before anything is typed those who came last are offered', () => {
  expect(find(' ')).toHaveLength(4)
  expect(matchPatients(Array.from({ length: 50 }, (_, n) => named(`P${n}`, n)), '')).toHaveLength(8)
})
