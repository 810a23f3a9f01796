import { expect, test } from 'vitest'
import { changesTo, draftOf, readDraft } from './patient-draft.ts'

const ann = { name: 'Ann Lee', birthDate: '1958-04-30', recordNumber: 'H-1', email: null, phone: null }
const today = '2026-03-08'

test('what is left empty is not known', () => {
  expect(readDraft({ ...draftOf(null), name: ' Ann Lee ', email: ' ' }, today).known).toEqual({
    name: 'Ann Lee', birthDate: null, recordNumber: null, email: null, phone: null,
  })
})

test('each field that cannot be read is named', () => {
  const draft = { name: ' ', birthDate: '2026-03-09', recordNumber: 'x'.repeat(41), email: 'ann', phone: '12' }
  expect([...readDraft(draft, today).wrong].toSorted()).toEqual(['birthDate', 'email', 'name', 'phone', 'recordNumber'])
  expect(readDraft(draft, today).known).toBeNull()
})

test('only what was changed is sent, what was emptied too', () => {
  const { known } = readDraft({ ...draftOf(ann), recordNumber: '', email: 'ann@example.org' }, today)
  expect(known && changesTo(ann, known)).toEqual({ recordNumber: null, email: 'ann@example.org' })
})
