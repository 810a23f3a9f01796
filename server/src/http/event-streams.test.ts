import { get } from 'node:http'
import fastify from 'fastify'
import { expect, test } from 'vitest'
import type { Holder } from '../sessions/endings.ts'
import { createEventStreams } from './event-streams.ts'

const holder: Holder = {
  organizationId: `org_${'0'.repeat(26)}`, userId: `usr_${'0'.repeat(26)}`, sessionId: `ses_${'0'.repeat(26)}`, address: '192.0.2.1',
}

function streams() {
  const ends = new Set<() => void>()
  const open = createEventStreams((_, { over }) => {
    ends.add(over)
    return () => void ends.delete(over)
  })
  return { open, ends }
}
type Tell = (event: string, data: unknown) => void

test('what is told arrives, until what it was asked for with is over; then nobody is listened to', async () => {
  const { open, ends } = streams()
  const unfollowed = Promise.withResolvers<void>()
  const stream = await open(holder, async (tell) => {
    tell('news', { size: 1 })
    return () => unfollowed.resolve()
  })
  for (const end of ends) end()
  expect((await stream.toArray()).join('')).toBe('retry: 2000\n\nevent: news\ndata: {"size":1}\n\n')
  await unfollowed.promise
  expect(ends.size).toBe(0)
})

test('a reader who does not read is let go before much waits for them', async () => {
  const { open, ends } = streams()
  const unfollowed = Promise.withResolvers<void>()
  let tell: Tell = () => {}
  const stream = await open(holder, async (told) => {
    tell = told
    return () => unfollowed.resolve()
  })
  for (let count = 0; count < 200; count++) tell('news', 'x'.repeat(1024))
  await unfollowed.promise
  expect(stream.destroyed).toBe(true)
  expect(ends.size).toBe(0)
})

test('one person has a dozen at a time, and those that could not begin do not count', async () => {
  const { open } = streams()
  const follow = async () => () => {}
  for (let count = 0; count < 20; count++) await expect(open(holder, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  const opened = await Promise.all(Array.from({ length: 12 }, () => open(holder, follow)))
  await expect(open(holder, follow)).rejects.toMatchObject({ code: 'rate-limited' })
  await open({ ...holder, userId: `usr_${'1'.repeat(26)}` }, follow)
  for (const stream of opened) {
    const closed = Promise.withResolvers<void>()
    stream.once('close', () => closed.resolve())
    stream.destroy()
    await closed.promise
  }
  await open(holder, follow)
})

test('whoever is gone before it begins leaves nothing behind', async () => {
  const { open, ends } = streams()
  const [asked, gone, unfollowed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const app = fastify().get('/', async (request, reply) => {
    request.raw.socket.once('close', () => gone.resolve())
    const stream = await open(holder, async () => {
      asked.resolve()
      await gone.promise
      return () => unfollowed.resolve()
    })
    return reply.type('text/event-stream').send(stream)
  })
  const request = get(await app.listen({ host: '127.0.0.1', port: 0 })).on('error', () => {})
  await asked.promise
  request.destroy()
  await unfollowed.promise
  expect(ends.size).toBe(0)
  await app.close()
})
