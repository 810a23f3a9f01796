import type { ReviewRules } from '@curtain/protocol'
import { expect, test } from 'vitest'
import { draftOf, readDraft } from './rules-draft.ts'

const rules: ReviewRules = {
  kinds: ['night', 'export'], timeZone: 'America/New_York', night: { from: '22:00', until: '06:00' },
  denials: { count: 5, minutes: 10 }, massReading: { patients: 30, minutes: 60 }, massListing: { patients: 1000, minutes: 90 },
}

test('what is not changed is read as it was', () => {
  expect(readDraft(draftOf(rules))).toEqual(rules)
})

test('a field that cannot be read is named', () => {
  const draft = { ...draftOf(rules), nightFrom: '', denialCount: '1', readingPatients: 'many', readingMinutes: '1.5', listingPatients: '10001' }
  expect(readDraft(draft)).toEqual({ wrong: new Set(['nightFrom', 'denialCount', 'readingPatients', 'readingMinutes', 'listingPatients']) })
})
