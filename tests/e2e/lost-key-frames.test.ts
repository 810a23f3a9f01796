import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Person } from '../support/browser.ts'
import { comeToWaitingRoom, enterAsHost, inVisit, letIn } from '../support/visit-pages.ts'
import { makeWorld } from '../support/world.ts'

// The media server asks a sender for a key frame twice, within two seconds, and forwards nothing before one came.

/** Runs in the frame worker, before its own script: the first key frames that leave get lost, as on a bad network. */
function loseFirstKeyFrames(lossMs: number): void {
  interface Frame {
    type?: string
  }
  let firstAt: number | null = null
  const losing = () =>
    new TransformStream<Frame, Frame>({
      transform(frame, controller) {
        if (frame.type === undefined) return controller.enqueue(frame)
        firstAt ??= performance.now()
        if (frame.type === 'key' && performance.now() - firstAt < lossMs) console.log('lost a key frame')
        else controller.enqueue(frame)
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

async function losesFirstKeyFrames({ context }: Person, lossMs: number): Promise<void> {
  await context.route('**/assets/frame-worker-*.js', async (route) => {
    const answer = await route.fetch()
    await route.fulfill({ response: answer, body: `(${loseFirstKeyFrames.toString()})(${lossMs});${await answer.text()}` })
  })
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

test('a picture whose first key frames are lost is asked for until it comes', async () => {
  await using world = await makeWorld()
  const { visit, link } = await world.staff.makeVisit()
  await using patient = await world.open({ sender: 2 })
  await using host = await world.open({ sender: 1 })
  await losesFirstKeyFrames(patient, 6000)
  const asked = streamsAskedFor(host)
  await comeToWaitingRoom(patient, link.url)
  await enterAsHost(host, world.staff, visit.id)
  await letIn(host, 'Ann Lee')
  await inVisit(patient)
  await host.sees(1, 2)
  expect(patient.console).toContain('lost a key frame')
  expect(asked.length).toBeGreaterThan(new Set(asked).size)
})
