import { mkdir, open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { OrganizationId } from '@curtain/protocol'
import type { CheckpointDestination } from './destination.ts'

/** One note after another in a file per day, an empty line between them: `2026-03-01.notes`. */
const fileOf = (createdAt: Date) => `${createdAt.toISOString().slice(0, 10)}.notes`

const lineFeed = 0x0a

/**
 * Keeps checkpoints in a folder, best one that is on another disk, machine or medium than the database. Files are only ever
 * added to.
 */
export function createFolderDestination(folder: string): CheckpointDestination {
  const folderOf = (organizationId: OrganizationId) => join(folder, organizationId)

  async function lastNote(organizationId: OrganizationId): Promise<string | null> {
    const names = await readdir(folderOf(organizationId)).catch(ifMissing<string[]>([]))
    const newest = names.filter((name) => /^\d{4}-\d\d-\d\d\.notes$/.test(name)).toSorted().at(-1)
    if (newest === undefined) return null
    const text = await readFile(join(folderOf(organizationId), newest), 'utf8')
    // A line that was cut off when the machine failed is no note; the one before it is.
    const notes = text.split(/\n\n(?!— )/).filter((note) => /\n\n— \S+ \S+$/.test(note))
    const last = notes.at(-1)
    return last === undefined ? null : `${last}\n`
  }

  return {
    name: `folder ${folder}`,
    latest: lastNote,
    async put({ organizationId, note, createdAt }) {
      if ((await lastNote(organizationId)) === note) return
      await mkdir(folderOf(organizationId), { recursive: true, mode: 0o700 })
      const file = await open(join(folderOf(organizationId), fileOf(createdAt)), 'a+', 0o600)
      try {
        const { size } = await file.stat()
        const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1))
        // Behind what was cut off, a note begins on a line of its own.
        await file.write(`${size === 0 || buffer[0] === lineFeed ? '' : '\n\n'}${note}\n`)
        await file.sync()
      } finally {
        await file.close()
      }
    },
  }
}

function ifMissing<Value>(value: Value) {
  return (error: unknown): Value => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return value
    throw error
  }
}
