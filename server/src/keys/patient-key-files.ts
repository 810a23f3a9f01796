import { closeSync, open as openCallback, read as readCallback } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { patientId as patientIdSchema, type OrganizationId, type PatientId } from '@curtain/protocol'
import { createTurns } from '../turns.ts'
import type { PatientKeyStore } from './patient-keys.ts'

const pendingSuffix = '.pending'
const stagingSuffix = '.new'
/** More than any wrapped key has: one that is longer was changed, and does not open. */
const mostBytes = 256

/**
 * Patient keys as files: `<folder>/<organization>/<patient>`, one each, mode 0600, with `.pending` behind the name while
 * they are that. Made and replaced atomically, and on disk for good when a promise resolves. One process alone may write.
 * @param read gives what is in a small file
 */
export function createPatientKeyFiles(folder: string, read = readSmallFile): PatientKeyStore {
  const folderOf = (organizationId: OrganizationId) => join(folder, organizationId)
  const fileOf = (organizationId: OrganizationId, patientId: PatientId) => join(folderOf(organizationId), patientId)

  /** Files are looked at and then moved or removed by one at a time: nothing comes in between. */
  const takeTurn = createTurns(1)

  /** Where the key is, and what is in it. */
  async function find(organizationId: OrganizationId, patientId: PatientId): Promise<{ file: string; wrapped: Buffer } | null> {
    const kept = fileOf(organizationId, patientId)
    // The last look is for one that was pending at the first, and kept at the second.
    for (const file of [kept, kept + pendingSuffix, kept]) {
      const wrapped = await ifThere(read(file))
      if (wrapped !== null) return { file, wrapped }
    }
    return null
  }

  return {
    read: async (organizationId, patientId) => (await find(organizationId, patientId))?.wrapped ?? null,

    async create(organizationId, patientId, wrapped) {
      const file = fileOf(organizationId, patientId)
      const made = await mkdir(folderOf(organizationId), { recursive: true, mode: 0o700 })
      if (made !== undefined) await syncFolder(dirname(made))
      if ((await find(organizationId, patientId)) !== null) throw new Error('the patient has a key already')
      await writeWhole(file + stagingSuffix, wrapped)
      await rename(file + stagingSuffix, file + pendingSuffix)
      await syncFolder(dirname(file))
    },

    async keep(organizationId, patientId) {
      const file = fileOf(organizationId, patientId)
      const isPending = await takeTurn(async () => {
        if (!(await isThere(file + pendingSuffix))) return false
        await rename(file + pendingSuffix, file)
        return true
      })
      if (isPending) await syncFolder(dirname(file))
    },

    async replace(organizationId, patientId, before, after) {
      const staging = fileOf(organizationId, patientId) + stagingSuffix
      await writeWhole(staging, after)
      // A key that was destroyed meanwhile does not come back.
      const isReplaced = await takeTurn(async () => {
        const found = await find(organizationId, patientId)
        const isSame = found?.wrapped.equals(before) === true
        await (isSame ? rename(staging, found.file) : rm(staging, { force: true }))
        return isSame
      })
      if (isReplaced) await syncFolder(folderOf(organizationId))
      return isReplaced
    },

    async destroy(organizationId, patientId) {
      const file = fileOf(organizationId, patientId)
      await takeTurn(async () => {
        for (const suffix of ['', pendingSuffix, stagingSuffix]) await rm(file + suffix, { force: true })
      })
      if (await isThere(dirname(file))) await syncFolder(dirname(file))
    },

    async list(organizationId) {
      const names = (await ifThere(readdir(folderOf(organizationId)))) ?? []
      return names.flatMap((name) => {
        const isPending = name.endsWith(pendingSuffix)
        const parsed = patientIdSchema.safeParse(isPending ? name.slice(0, -pendingSuffix.length) : name)
        return parsed.success ? [{ patientId: parsed.data, isPending }] : []
      })
    },

    knows: (organizationId) => isThere(folderOf(organizationId)),
  }
}

const openFile = promisify(openCallback)
const readBytes = promisify(readCallback)

/** For a search these are fifty. `readFile` goes to another thread twice more for each, for its size and to close it. */
async function readSmallFile(file: string): Promise<Buffer> {
  const descriptor = await openFile(file, 'r')
  try {
    const { buffer, bytesRead } = await readBytes(descriptor, Buffer.alloc(mostBytes), 0, mostBytes, null)
    return buffer.subarray(0, bytesRead)
  } finally {
    // Nothing was written: this waits for no disk.
    closeSync(descriptor)
  }
}

/** A file that a crash cut short is only ever this one, and the next write takes its place. */
async function writeWhole(file: string, content: Buffer): Promise<void> {
  const handle = await open(file, 'w', 0o600)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await ifThere(stat(path))) !== null
}

/** Null where there is no such file. */
async function ifThere<Result>(asked: Promise<Result>): Promise<Result | null> {
  try {
    return await asked
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null
    throw cause
  }
}
