import { mkdir, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { lastNoteOf } from '@curtain/audit-log'
import type { OrganizationId } from '@curtain/protocol'
import { type CheckpointDestination, DestinationError, type OutgoingCheckpoint } from './destination.ts'

/** One note after another in a file per day, an empty line between them: `2026-03-01.notes`. */
const fileOf = (createdAt: Date) => `${createdAt.toISOString().slice(0, 10)}.notes`

const lineFeed = 0x0a

/**
 * Keeps checkpoints in a folder, best one that is on another disk, machine or medium than the database. Files are only ever
 * added to.
 */
export function createFolderDestination(folder: string): CheckpointDestination {
  const folderOf = (organizationId: OrganizationId) => join(folder, organizationId)

  /** The files of an organization, the latest day first. */
  async function filesOf(organizationId: OrganizationId): Promise<string[]> {
    const names = await readdir(folderOf(organizationId)).catch(ifMissing<string[]>([]))
    return names.filter((name) => /^\d{4}-\d\d-\d\d\.notes$/.test(name)).toSorted().toReversed()
  }

  async function lastNote(organizationId: OrganizationId): Promise<string | null> {
    for (const file of await filesOf(organizationId)) {
      // What was cut off when the machine failed is no note; the one before it is.
      const last = lastNoteOf(await endOf(join(folderOf(organizationId), file)))
      if (last !== null) return last
    }
    return null
  }

  async function append({ organizationId, note, createdAt }: OutgoingCheckpoint): Promise<void> {
    if ((await lastNote(organizationId)) === note) return
    await mkdir(folderOf(organizationId), { recursive: true, mode: 0o700 })
    // A clock that was set back must not put it before the last one.
    const [newest = ''] = await filesOf(organizationId)
    const name = [newest, fileOf(createdAt)].toSorted().at(-1) ?? ''
    const file = await open(join(folderOf(organizationId), name), 'a+', 0o600)
    try {
      const { size } = await file.stat()
      const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1))
      // Behind what was cut off, a note begins on a line of its own.
      await file.appendFile(`${size === 0 || buffer[0] === lineFeed ? '' : '\n\n'}${note}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
  }

  /** What the system says about a file names its path, which is for nobody but the operator. */
  async function orNotWritable<Result>(work: Promise<Result>): Promise<Result> {
    return work.catch((error: unknown) => {
      throw new DestinationError('not-writable', error)
    })
  }

  return {
    kind: 'folder',
    name: folder,
    pauseMs: 0,
    isReadable: true,
    latest: (organizationId) => orNotWritable(lastNote(organizationId)),
    put: (checkpoint) => orNotWritable(append(checkpoint)),
  }
}

/** More than several notes are long. */
const endBytes = 8 * 1024

/** The end of a file: one of a busy day is megabytes long. */
async function endOf(path: string): Promise<string> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const begin = Math.max(0, size - endBytes)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, endBytes)), 0, Math.min(size, endBytes), begin)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

function ifMissing<Value>(value: Value) {
  return (error: unknown): Value => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return value
    throw error
  }
}
