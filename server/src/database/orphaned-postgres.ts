import { readFileSync, readlinkSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Stops a PostgreSQL that a killed Curtain left running on this cluster. Only if it is certainly that: the pid file's
 * process is a `postgres` whose working folder is this very folder.
 * @param folder the cluster; the caller holds the data folder's lock
 * @returns whether there was one
 */
export async function stopOrphanedPostgres(folder: string): Promise<boolean> {
  const pid = readPid(folder)
  if (pid === null || !isPostgresOf(pid, folder)) return false
  // SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one, which recovers at the next start.
  for (const [signal, patienceMs] of [['SIGINT', 20_000], ['SIGQUIT', 10_000]] as const) {
    process.kill(pid, signal)
    for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += 20) {
      if (!isPostgresOf(pid, folder)) return true
      await delay(20)
    }
  }
  throw new Error(`PostgreSQL of an earlier Curtain (process ${pid}) does not stop. Stop it and start Curtain again.`)
}

function readPid(folder: string): number | null {
  try {
    const pid = Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n', 1)[0])
    return Number.isSafeInteger(pid) && pid > 1 ? pid : null
  } catch {
    return null
  }
}

function isPostgresOf(pid: number, folder: string): boolean {
  try {
    const own = statSync(folder)
    const theirs = statSync(`/proc/${pid}/cwd`)
    // A program that was replaced on disk meanwhile reads as `… (deleted)`.
    const program = basename(readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, ''))
    return own.dev === theirs.dev && own.ino === theirs.ino && program === 'postgres'
  } catch {
    return false
  }
}
