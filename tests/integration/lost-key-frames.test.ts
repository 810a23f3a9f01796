import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Person } from '../support/browser.ts'
import { comeToWaitingRoom, enterAsHost, inVisit, letIn } from '../support/visit-pages.ts'
import { makeWorld } from '../support/world.ts'

// The media server asks a sender for a key frame twice, within two seconds, and forwards nothing before one came.

/** Runs in the frame worker, before its own script: key frames that leave get lost, as on a bad network, until it is told. */
function loseKeyFrames(): void {
  interface Frame {
    type?: string
  }
  const losing = () =>
    new TransformStream<Frame, Frame>({
      transform(frame, controller) {
        if (frame.type !== 'key' || Reflect.has(self, 'networkIsGood')) controller.enqueue(frame)
        else console.log('lost a key frame')
      },
    })
  self.addEventListener('rtctransform', (event) => {
    const transformer: object = Reflect.get(event, 'transformer')
    if (Reflect.get(Reflect.get(transformer, 'options'), 'direction') !== 'send') return
    const readable: ReadableStream<Frame> = Reflect.get(transformer, 'readable')
    const rest = readable.pipeThrough(losing())
    Object.defineProperty(transformer, 'readable', { value: rest })
  })
}

const frameWorker = /\/assets\/frame-worker-[^/]*\.js$/

/** @returns what ends the loss */
async function losesKeyFrames({ context, page }: Person): Promise<() => Promise<void>> {
  await context.route(frameWorker, async (route) => {
    const answer = await route.fetch()
    await route.fulfill({ response: answer, body: `(${loseKeyFrames.toString()})();${await answer.text()}` })
  })
  return async () => {
    const workers = page.workers().filter((worker) => frameWorker.test(worker.url()))
    for (const worker of workers) await worker.evaluate(() => Reflect.set(self, 'networkIsGood', true))
  }
}

/** The streams that a page asks for, as often as it does. */
function streamsAskedFor({ page }: Person): readonly string[] {
  const resuming = z.object({ type: z.literal('consumer.resume'), consumerId: z.string() })
  const asked: string[] = []
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      const request = resuming.safeParse(JSON.parse(payload.toString()))
      if (request.success) asked.push(request.data.consumerId)
    }),
  )
  return asked
}

test('a picture whose key frames are lost is asked for until it comes', async () => {
  await using world = await makeWorld()
  const { visit, link } = await world.staff.makeVisit()
  await using patient = await world.open({ sender: 2 })
  await using host = await world.open({ sender: 1 })
  const endLoss = await losesKeyFrames(patient)
  const asked = streamsAskedFor(host)
  await comeToWaitingRoom(patient, link.url)
  await enterAsHost(host, world.staff, visit.id)
  await letIn(host, 'Ann Lee')
  await inVisit(patient)
  await expect.poll(() => asked.length - new Set(asked).size).toBeGreaterThanOrEqual(2)
  expect(patient.console).toContain('lost a key frame')
  await endLoss()
  await host.sees(1, 2)
})
