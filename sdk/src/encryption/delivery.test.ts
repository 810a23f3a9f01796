import { EncryptionError } from '@curtain/e2ee'
import { expect, test } from 'vitest'
import { VisitError, type VisitErrorCode } from '../visit-error.ts'
import { deliver, RemoteDelivery, type DeliverySignal } from './delivery.ts'
import type { DeliveryRequest, DeliveryType } from './messages.ts'

const groupId = 'vis_00000000000000000000000000.AAAAAAAAAAAAAAAAAAAAAA'

function worker() {
  const posted: { id: number; request: DeliveryRequest }[] = []
  let lastId = 0
  const delivery = new RemoteDelivery(
    () => (lastId += 1),
    (id, request) => posted.push({ id, request }),
  )
  return { delivery, posted }
}

test('what a group session asks goes out as the requests of the wire, with bytes in base64url', () => {
  const { delivery, posted } = worker()
  const bytes = Uint8Array.of(0xfb, 0xff)
  void delivery.register(bytes, null)
  void delivery.register(bytes, { groupId, epoch: 3 })
  void delivery.created(groupId)
  void delivery.commit(groupId, 3, bytes, null)
  void delivery.commit(groupId, 3, bytes, bytes)
  void delivery.data(groupId, 3, bytes)
  expect(posted.map(({ request }) => request)).toEqual([
    { type: 'mls.register', input: { keyPackage: '-_8', lost: null } },
    { type: 'mls.register', input: { keyPackage: '-_8', lost: { groupId, epoch: 3 } } },
    { type: 'mls.created', input: { groupId } },
    { type: 'mls.commit', input: { groupId, epoch: 3, commit: '-_8', welcome: null } },
    { type: 'mls.commit', input: { groupId, epoch: 3, commit: '-_8', welcome: '-_8' } },
    { type: 'mls.data', input: { groupId, epoch: 3, message: '-_8' } },
  ])
})

test('each answer settles its own request, in whatever order they come', async () => {
  const { delivery, posted } = worker()
  const first = delivery.created(groupId)
  const second = delivery.data(groupId, 1, new Uint8Array())
  const [one, other] = posted
  delivery.answered(other!.id, null)
  delivery.answered(one!.id, 'late')
  await expect(first).rejects.toThrow(new EncryptionError('late'))
  await expect(second).resolves.toBeUndefined()
})

test('an answer to a request of an earlier session touches nothing', () => {
  const { delivery } = worker()
  delivery.answered(99, 'late')
})

test('a refusal of the server means to the session what it can do about it', async () => {
  const refusedWith = (code: VisitErrorCode) => ({ request: () => Promise.reject(new VisitError(code)) })
  const request: DeliveryRequest = { type: 'mls.created', input: { groupId } }
  for (const code of ['mls-epoch', 'mls-not-asked'] as const) {
    expect(await deliver(refusedWith(code), request)).toBe('late')
  }
  for (const code of ['key-package-invalid', 'key-package-reused'] as const) {
    expect(await deliver(refusedWith(code), request)).toBe('bad-key-package')
  }
  for (const code of ['closed', 'resume-refused'] as const) {
    expect(await deliver(refusedWith(code), request)).toBe('disconnected')
  }
})

test('what the server does not want for another reason is not waited for', async () => {
  const internal = { request: () => Promise.reject(new VisitError('internal')) }
  const register: DeliveryRequest = { type: 'mls.register', input: { keyPackage: 'AA', lost: null } }
  const data: DeliveryRequest = { type: 'mls.data', input: { groupId, epoch: 0, message: 'AA' } }
  expect(await deliver(internal, register)).toBe('late')
  expect(await deliver(internal, data)).toBe('disconnected')
})

test('every request is sent as what it is', async () => {
  const sent: [DeliveryType, unknown][] = []
  const signal: DeliverySignal = {
    request: (type, input) => {
      sent.push([type, input])
      return Promise.resolve({})
    },
  }
  const requests: DeliveryRequest[] = [
    { type: 'mls.register', input: { keyPackage: 'AA', lost: null } },
    { type: 'mls.created', input: { groupId } },
    { type: 'mls.commit', input: { groupId, epoch: 0, commit: 'AA', welcome: null } },
    { type: 'mls.data', input: { groupId, epoch: 0, message: 'AA' } },
  ]
  for (const request of requests) expect(await deliver(signal, request)).toBeNull()
  expect(sent).toEqual(requests.map(({ type, input }) => [type, input]))
})
