import { expect, test } from 'vitest'
import { initialsOf } from './initials.tsx'

test.each([
  ['Ana María Fernández', 'AF'],
  ['Tom', 'T'],
  ['Dr. Maya Okonkwo', 'DO'],
  ['  li   wei ', 'LW'],
  ['李伟', '李'],
  ['42', '4'],
])('the initials of "%s" are %s', (name, initials) => {
  expect(initialsOf(name)).toBe(initials)
})
