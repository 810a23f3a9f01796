import type { Readable } from 'node:stream'
import fastify from 'fastify'
import { expect, test } from 'vitest'
import type { Holder } from '../sessions/endings.ts'
import { createFileStreams } from './file-streams.ts'

const holder: Holder = {
  organizationId: `org_${'0'.repeat(26)}`, userId: `usr_${'0'.repeat(26)}`, sessionId: `ses_${'0'.repeat(26)}`, address: '192.0.2.1',
}

/** What is held open, and what ends it. */
function holding() {
  const ends = new Set<() => void>()
  const hold = (_: Holder, { over }: { over: () => void }) => {
    ends.add(over)
    return () => void ends.delete(over)
  }
  return { hold, ends }
}

/** A file without end; says how much of it was made, and whether its making was ended. */
function endless() {
  const made = { pieces: 0, isOver: false }
  async function* text() {
    try {
      for (;;) {
        made.pieces++
        yield await Promise.resolve('x'.repeat(64 * 1024))
      }
    } finally {
      made.isOver = true
    }
  }
  return { made, text: () => Promise.resolve(text()) }
}

const closing = (stream: Readable) => new Promise<void>((resolve) => stream.once('close', resolve))

/** Serves it, and gives what somebody gets of it. */
async function got(stream: Readable, read: (response: Response) => Promise<unknown>): Promise<unknown> {
  const app = fastify().get('/', (_, reply) => reply.type('text/plain').send(stream))
  try {
    return await read(await fetch(await app.listen({ host: '127.0.0.1', port: 0 })))
  } finally {
    await app.close()
  }
}

test('a file arrives whole', async () => {
  const { hold, ends } = holding()
  async function* text() {
    yield await Promise.resolve('á')
    yield 'b'
  }
  const stream = await createFileStreams(hold)(holder, () => Promise.resolve(text()))
  expect(await got(stream, (response) => response.text())).toBe('áb')
  expect(ends.size).toBe(0)
})

test('a reader who stops is let go, and no more is made than was on its way', async () => {
  const { hold, ends } = holding()
  const { made, text } = endless()
  const stream = await createFileStreams(hold, { stallMs: 20 })(holder, text)
  const closed = closing(stream)
  await got(stream, async () => {
    await closed
  })
  expect(made.isOver).toBe(true)
  // What sockets take before they are full.
  expect(made.pieces).toBeLessThan(400)
  expect(ends.size).toBe(0)
})

test('a file that breaks off is not taken for whole', async () => {
  const { hold, ends } = holding()
  const { made, text } = endless()
  const stream = await createFileStreams(hold)(holder, text)
  const reading = got(stream, async (response) => {
    for (const end of ends) end()
    return response.text()
  })
  await expect(reading).rejects.toThrow('terminated')
  expect(made.isOver).toBe(true)
})

test('one that fails breaks off as well', async () => {
  async function* text() {
    yield await Promise.resolve('a')
    throw new Error('the database went away')
  }
  const stream = await createFileStreams(holding().hold)(holder, () => Promise.resolve(text()))
  await expect(got(stream, (response) => response.text())).rejects.toThrow('terminated')
})

test('one person gets two at a time', async () => {
  const streamFile = createFileStreams(holding().hold)
  const [one, two] = [await streamFile(holder, endless().text), await streamFile(holder, endless().text)]
  await expect(streamFile(holder, endless().text)).rejects.toThrow(expect.objectContaining({ code: 'rate-limited' }))
  await expect(streamFile({ ...holder, userId: `usr_${'1'.repeat(26)}` }, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  const closed = closing(one)
  one.destroy()
  await closed
  expect(await streamFile(holder, endless().text)).toBeDefined()
  two.destroy()
})
