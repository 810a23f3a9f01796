import { expect, test } from 'vitest'
import { readAddresses } from './read-addresses.ts'

test('addresses and ranges are read however they are set apart', () => {
  expect(readAddresses(' 203.0.113.7\n2001:db8::/32, 198.51.100.0/24 ')).toEqual(['203.0.113.7', '2001:db8::/32', '198.51.100.0/24'])
  expect(readAddresses(' \n ')).toEqual([])
})

test('what is no address is none', () => {
  for (const text of ['clinic.example', '203.0.113', '203.0.113.7/33', '2001:db8::/129', '1.2.3.4, x']) expect(readAddresses(text)).toBeNull()
})
