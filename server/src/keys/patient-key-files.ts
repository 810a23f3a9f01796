import { readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { mkdir, open, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { patientId as patientIdSchema, type OrganizationId, type PatientId } from '@curtain/protocol'
import type { PatientKeyStore } from './patient-keys.ts'

const pendingSuffix = '.pending'
const stagingSuffix = '.new'

/**
 * Patient keys as files: `<folder>/<organization>/<patient>`, one each, mode 0600, with `.pending` behind the name while
 * they are that. Made and replaced atomically, and on disk for good when a promise resolves. One process alone may write.
 */
export function createPatientKeyFiles(folder: string): PatientKeyStore {
  const folderOf = (organizationId: OrganizationId) => join(folder, organizationId)
  const fileOf = (organizationId: OrganizationId, patientId: PatientId) => join(folderOf(organizationId), patientId)

  /** Where the key is, and what is in it. */
  function find(organizationId: OrganizationId, patientId: PatientId): { file: string; wrapped: Buffer } | null {
    const kept = fileOf(organizationId, patientId)
    for (const file of [kept, kept + pendingSuffix]) {
      const wrapped = readIfThere(file)
      if (wrapped !== null) return { file, wrapped }
    }
    return null
  }

  return {
    read: (organizationId, patientId) => find(organizationId, patientId)?.wrapped ?? null,

    async create(organizationId, patientId, wrapped) {
      const file = fileOf(organizationId, patientId)
      const made = await mkdir(folderOf(organizationId), { recursive: true, mode: 0o700 })
      if (made !== undefined) await syncFolder(dirname(made))
      if (find(organizationId, patientId) !== null) throw new Error('the patient has a key already')
      await writeWhole(file + stagingSuffix, wrapped)
      renameSync(file + stagingSuffix, file + pendingSuffix)
      await syncFolder(dirname(file))
    },

    async keep(organizationId, patientId) {
      const file = fileOf(organizationId, patientId)
      if (readIfThere(file + pendingSuffix) === null) return
      renameSync(file + pendingSuffix, file)
      await syncFolder(dirname(file))
    },

    async replace(organizationId, patientId, before, after) {
      const staging = fileOf(organizationId, patientId) + stagingSuffix
      await writeWhole(staging, after)
      // Nothing comes between this look and the rename: a key that was destroyed meanwhile does not come back.
      const found = find(organizationId, patientId)
      if (found === null || !found.wrapped.equals(before)) {
        rmSync(staging, { force: true })
        return false
      }
      renameSync(staging, found.file)
      await syncFolder(folderOf(organizationId))
      return true
    },

    async destroy(organizationId, patientId) {
      const file = fileOf(organizationId, patientId)
      for (const suffix of ['', pendingSuffix, stagingSuffix]) rmSync(file + suffix, { force: true })
      if (isThere(dirname(file))) await syncFolder(dirname(file))
    },

    async list(organizationId) {
      if (!isThere(folderOf(organizationId))) return []
      const names = await readdir(folderOf(organizationId))
      return names.flatMap((name) => {
        const isPending = name.endsWith(pendingSuffix)
        const parsed = patientIdSchema.safeParse(isPending ? name.slice(0, -pendingSuffix.length) : name)
        return parsed.success ? [{ patientId: parsed.data, isPending }] : []
      })
    },

    knows: (organizationId) => isThere(folderOf(organizationId)),
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

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

function readIfThere(file: string): Buffer | null {
  try {
    return readFileSync(file)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null
    throw cause
  }
}
