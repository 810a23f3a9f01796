import { expect, test } from 'vitest'
import { newRule, readDraft, type RuleDraft } from './rule-draft.ts'

const right: RuleDraft = { ...newRule, name: 'Glass', topics: ['break-glass'] }
const wrongIn = (change: Partial<RuleDraft>) => {
  const read = readDraft({ ...right, ...change })
  return 'wrong' in read ? [...read.wrong] : []
}

test('what is left empty narrows nothing down', () => {
  expect(readDraft(right)).toMatchObject({ outcome: null, userId: null, target: null, count: 1, mailAddresses: [], webhookUrl: null })
})

test('addresses are read however they are set apart', () => {
  expect(readDraft({ ...right, mailAddresses: 'a@x.example, b@x.example\nc@x.example;' })).toMatchObject({
    mailAddresses: ['a@x.example', 'b@x.example', 'c@x.example'],
  })
})

test('what is wrong is said of the field that it is in', () => {
  expect(wrongIn({})).toEqual([])
  expect(wrongIn({ name: ' ' })).toEqual(['name'])
  expect(wrongIn({ target: 'Ann Lee' })).toEqual(['target'])
  expect(wrongIn({ topics: [] })).toEqual(['topics'])
  expect(wrongIn({ mailOfficers: false })).toEqual(['mailOfficers'])
  expect(wrongIn({ mailAddresses: 'nobody' })).toEqual(['mailAddresses'])
  expect(wrongIn({ webhookUrl: 'hooks.example' })).toEqual(['webhookUrl'])
  expect(wrongIn({ count: '0', withinMinutes: '2000' })).toEqual(['count', 'withinMinutes'])
  expect(wrongIn({ count: 'many' })).toEqual(['count'])
})
