import { describe, expect, test } from 'vitest'
import { epochOf } from '../../test-support/frame-keys.ts'
import { FrameReceiver, FrameSender, KeyRing } from './index.ts'

describe('smoke', () => {
  test('a frame arrives', async () => {
    const keys = await epochOf(['ann', 'ben'], 3)
    const options = { now: () => 0, graceMs: 10_000 }
    const a = new KeyRing(options)
    const b = new KeyRing(options)
    a.install(keys.ann)
    b.install(keys.ben)
    const sent = await new FrameSender(a, 'camera').protect({ data: new Uint8Array([1, 2, 3]), codec: 'vp8', isKey: true })
    const got = await new FrameReceiver(b, { participantId: 'ann', source: 'camera' }).open({ data: sent, codec: 'vp8' })
    expect([...got]).toEqual([1, 2, 3])
  })
})
