import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { AppError } from './errors.ts'
import { createLog } from './log.ts'

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  const stream = new PassThrough()
  write(createLog('info', stream))
  return String(stream.read() ?? '')
}

test('fields that are not on the list are dropped, whatever they hold', () => {
  const line = logged((log) => log.info({ visitId: 'vis_1', url: '/v/x#secret', name: 'Ann Lee', ip: '192.0.2.1' }, 'request'))
  expect(JSON.parse(line)).toMatchObject({ level: 'info', visitId: 'vis_1', msg: 'request' })
  expect(line).not.toMatch(/secret|Ann Lee|192\.0\.2\.1/)
})

test('an error is logged by type, code and place; what a foreign one says is not', () => {
  const cause = Object.assign(new Error('invalid input syntax: "Ann Lee"'), { code: '22P02' })
  const line = logged((log) => log.error({ error: new AppError('internal', { cause }) }, 'request failed'))
  expect(JSON.parse(line).error).toMatchObject({ type: 'AppError', code: 'internal', cause: { type: 'Error', code: '22P02' } })
  expect(line).not.toContain('Ann Lee')
})

test('a message of several lines does not pass for a place in the code', () => {
  const line = logged((log) => log.error({ error: new Error('not a reason:\n    at Ann Lee\n    at home') }, 'request failed'))
  expect(line).not.toMatch(/Ann Lee|at home/)
  expect(JSON.parse(line).error.frames[0]).toMatch(/log\.test\.ts/)
})
