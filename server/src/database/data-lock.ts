import { once } from 'node:events'
import { statSync } from 'node:fs'
import { createServer } from 'node:net'

/** Somebody else already runs on this data folder. */
export class DataFolderInUseError extends Error {
  constructor() {
    super('Another Curtain is running on this data folder. Stop it first, or set CURTAIN_DATA_DIR to another folder.')
    this.name = 'DataFolderInUseError'
  }
}

/**
 * Takes a data folder for this process alone. The lock is a socket in the kernel's abstract namespace (unix(7)), named
 * after the folder's device and inode: it ends with the process, whatever ends it, so that no lock is ever stale.
 * It does not reach across network namespaces; PostgreSQL's own pid file is the second check there.
 * @returns the function that gives it back
 * @throws DataFolderInUseError
 */
export async function lockDataFolder(folder: string): Promise<() => Promise<void>> {
  const { dev, ino } = statSync(folder)
  const server = createServer((socket) => socket.destroy())
  server.unref()
  server.listen({ path: `\0curtain-data-folder-${dev}-${ino}`, exclusive: true })
  try {
    await once(server, 'listening')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE') throw new DataFolderInUseError()
    throw cause
  }
  return () => new Promise((resolve) => server.close(() => resolve()))
}
