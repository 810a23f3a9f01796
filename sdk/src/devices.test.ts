import { expect, test } from 'vitest'
import { classifyDeviceFailure, type DeviceFailure } from './devices.ts'

/** Names and messages as browsers give them. */
const failures: [name: string, message: string, failure: DeviceFailure][] = [
  ['NotAllowedError', 'Permission denied', 'denied'],
  ['NotAllowedError', 'Permission dismissed', 'dismissed'],
  ['NotAllowedError', 'Permission denied by system', 'denied-by-system'],
  ['NotAllowedError', 'The request is not allowed by the user agent or the platform in the current context.', 'denied'],
  ['NotAllowedError', 'Permissions policy violation: camera is not allowed in this document.', 'denied-by-system'],
  ['SecurityError', '', 'denied-by-system'],
  ['NotFoundError', 'Requested device not found', 'not-found'],
  ['OverconstrainedError', '', 'not-found'],
  ['NotReadableError', 'Could not start video source', 'in-use'],
  ['AbortError', 'Starting videoinput failed', 'in-use'],
  ['TypeError', '', 'unsupported'],
]

test.each(failures)('%s "%s" is %s', (name, message, failure) => {
  expect(classifyDeviceFailure(Object.assign(new Error(message), { name }))).toBe(failure)
})

test('what is no error at all is not blamed on the person', () => {
  expect(classifyDeviceFailure('no')).toBe('unsupported')
})
