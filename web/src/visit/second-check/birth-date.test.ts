import { expect, test } from 'vitest'
import { readBirthDate } from './birth-date.ts'

const read = (day: string, month: string, year: string) => readBirthDate({ day, month, year })

test('a date is read however its numbers are written', () => {
  expect(read('30', '4', '1958')).toEqual({ date: '1958-04-30' })
  expect(read(' 3', '12', '1958 ')).toEqual({ date: '1958-12-03' })
  expect(read('03', '1', '2001')).toEqual({ date: '2001-01-03' })
})

test.each([
  ['', '4', '1958', 'incomplete'],
  ['30', '', '1958', 'incomplete'],
  ['30', '4', ' ', 'incomplete'],
  ['30', '4', '58', 'year'],
  ['30', '4', '19589', 'year'],
  ['31', '4', '1958', 'impossible'],
  ['29', '2', '1957', 'impossible'],
  ['0', '2', '1957', 'impossible'],
  ['3.', '2', '1957', 'impossible'],
  ['300', '2', '1957', 'impossible'],
])('%s, %s, %s needs another look: %s', (day, month, year, problem) => {
  expect(read(day, month, year)).toEqual({ problem })
})

test('a leap day is one', () => expect(read('29', '2', '1956')).toEqual({ date: '1956-02-29' }))
