import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'

/**
 * The time that all threads of a process have spent on a CPU, user and system together, in seconds. From the
 * scheduler's own count in nanoseconds: `/proc/<pid>/stat` counts in ticks of 10 ms, too coarse to tell 3 % apart.
 * Threads that ended meanwhile are not in it; those measured here keep theirs.
 */
export function cpuSeconds(pid: number): number {
  let nanoseconds = 0
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0])
    } catch {
      // It ended while we looked.
    }
  }
  return nanoseconds / 1e9
}

/** Memory a process holds now, in bytes. */
export function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
}

/** Seconds of this machine's cores in which nothing ran, and all seconds, since it started. */
export function machineSeconds(): { idle: number; all: number } {
  let idle = 0
  let all = 0
  for (const { times } of cpus()) {
    idle += times.idle / 1000
    all += (times.user + times.nice + times.sys + times.idle + times.irq) / 1000
  }
  return { idle, all }
}

/**
 * Packets that the kernel threw away for each local UDP port because its process did not fetch them in time. With it
 * one can tell whose buffer overflowed: the media worker's or a client's.
 */
export function udpDrops(): Map<number, number> {
  const drops = new Map<number, number>()
  for (const file of ['/proc/net/udp', '/proc/net/udp6']) {
    for (const line of readFileSync(file, 'utf8').trim().split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/)
      const port = Number.parseInt(fields[1]?.split(':')[1] ?? '', 16)
      drops.set(port, (drops.get(port) ?? 0) + Number(fields.at(-1)))
    }
  }
  return drops
}

/** The last core is the media worker's, the others are everybody else's: then each shows what it costs by itself. */
export const workerCores = String(availableParallelism() - 1)
export const otherCores = availableParallelism() > 2 ? `0-${availableParallelism() - 2}` : '0'

/** Keeps all threads of a process on the given cores, as `taskset` (util-linux) writes them; with one core, nothing. */
export function pin(pid: number, cores: string): void {
  if (availableParallelism() === 1) return
  execFileSync('/usr/bin/taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(pid)])
}
