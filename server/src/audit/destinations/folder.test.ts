import { appendFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createSigner, emptyRoot, openCheckpoint, signCheckpoint } from '@curtain/audit-log'
import type { OrganizationId } from '@curtain/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts'
import { createFolderDestination } from './folder.ts'

const organizationId: OrganizationId = `org_${'0'.repeat(26)}`
const never = new AbortController().signal
const signer = createSigner(`curtain/${organizationId}`, Buffer.alloc(32, 1))
const noteOf = (size: number) => signCheckpoint({ origin: signer.name, size, root: emptyRoot }, signer)
const checkpoint = (size: number, day = '2026-03-01') =>
  ({ organizationId, size, note: noteOf(size), createdAt: new Date(`${day}T12:00:00.000Z`) })

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => folder[Symbol.dispose]())

test('the last checkpoint is there, over days and restarts; the same twice is there once', async () => {
  const destination = createFolderDestination(folder.path)
  expect(await destination.latest(organizationId)).toBeNull()
  for (const one of [checkpoint(1), checkpoint(2), checkpoint(2), checkpoint(3, '2026-03-02')]) await destination.put(one, never)
  const again = createFolderDestination(folder.path)
  expect(await again.latest(organizationId)).toBe(noteOf(3))
  expect(openCheckpoint((await again.latest(organizationId))!, signer).size).toBe(3)
  expect(readdirSync(join(folder.path, organizationId)).toSorted()).toEqual(['2026-03-01.notes', '2026-03-02.notes'])
})

test('what was cut off by a failure of the machine is not taken for a checkpoint', async () => {
  const destination = createFolderDestination(folder.path)
  await destination.put(checkpoint(1), never)
  appendFileSync(join(folder.path, organizationId, '2026-03-01.notes'), noteOf(2).slice(0, 40))
  expect(await destination.latest(organizationId)).toBe(noteOf(1))
  await destination.put(checkpoint(3), never)
  expect(await destination.latest(organizationId)).toBe(noteOf(3))
})
