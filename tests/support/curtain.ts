import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { descendants, type ProcessInfo } from './process-tree.ts'

const commandLine = fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url))

/** A real Curtain in a process of its own, as `npm start` runs it. */
export interface Curtain {
  readonly url: string
  readonly dataFolder: string
  /** Every line it has printed, on both outputs, over all restarts. */
  readonly output: readonly string[]
  /** Resolves with the first line, past or coming, that matches. */
  line(pattern: RegExp): Promise<RegExpExecArray>
  /** The running `mediasoup-worker` processes. */
  mediaWorkers(): ProcessInfo[]
  /** All processes it started. */
  processes(): ProcessInfo[]
  pid(): number
  start(): Promise<void>
  /** Empties `output`, so that `line` waits for what comes. */
  forget(): void
  /** Politely, by SIGTERM, as a service manager does. */
  stop(): Promise<void>
  /** SIGKILL: what it started may outlive it. */
  kill(): Promise<void>
}

/** As many files of tests may run at once, each in a process of its own; vitest counts them from 1. */
const mostAtOnce = 8
const portsOfEach = 1_500
const firstPort = 20_000 + (Number(process.env['VITEST_POOL_ID'] ?? 0) % mostAtOnce) * portsOfEach
const given = new Set<number>()

/**
 * A port that nobody listens on, of those that the system gives to nobody by itself, and that no other test is given: it is
 * still free for a server that starts later, or stops and starts again, while other tests open connections and servers.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = firstPort + randomInt(portsOfEach)
    if (given.has(port) || !(await isFree(port))) continue
    given.add(port)
    return port
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false
    throw error
  }
  server.close()
  await once(server, 'close')
  return true
}

/** Starts Curtain on loopback with an empty or existing data folder; resolves when it is ready. */
export async function startCurtain(
  dataFolder: string,
  environment: Record<string, string> = {},
  command: 'start' | 'demo' = 'start',
): Promise<Curtain> {
  const port = await freePort()
  const output: string[] = []
  const watchers = new Set<(line: string) => void>()
  let child: ChildProcess | undefined

  const line = (pattern: RegExp): Promise<RegExpExecArray> => {
    for (const past of output) {
      const found = pattern.exec(past)
      if (found !== null) return Promise.resolve(found)
    }
    return coming(pattern)
  }

  /** The first line to come that matches. */
  const coming = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const ended = () => {
        watchers.delete(watch)
        reject(new Error(`Curtain ended before it printed ${pattern}:\n${output.slice(-20).join('\n')}`))
      }
      const watch = (text: string) => {
        const found = pattern.exec(text)
        if (found === null) return
        watchers.delete(watch)
        child?.off('exit', ended)
        resolve(found)
      }
      watchers.add(watch)
      child?.once('exit', ended)
    })

  const running = (): ChildProcess & { pid: number } => {
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) throw new Error('Curtain is not running')
    return Object.assign(child, { pid: child.pid })
  }

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }

  const url = `http://localhost:${port}`
  const curtain: Curtain = {
    url,
    dataFolder,
    output,
    line,
    pid: () => running().pid,
    processes: () => descendants(running().pid),
    mediaWorkers: () => descendants(running().pid).filter((process) => process.command.includes('mediasoup-worker')),
    start: async () => {
      child = spawn(process.execPath, [commandLine, command], {
        env: {
          ...process.env,
          CURTAIN_DATA_DIR: dataFolder,
          CURTAIN_PORT: String(port),
          CURTAIN_MEDIA_PORT: '0',
          CURTAIN_MEDIA_WORKERS: '1',
          // Behind a proxy a Curtain has to be told where people reach it.
          ...('CURTAIN_TRUSTED_PROXIES' in environment && { CURTAIN_PUBLIC_URL: url }),
          ...environment,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      for (const stream of [child.stdout, child.stderr]) {
        if (stream === null) throw new Error('no output to read')
        createInterface({ input: stream }).on('line', (text) => {
          output.push(text)
          for (const watch of watchers) watch(text)
        })
      }
      await coming(/^Curtain is ready/)
      const answer = await fetch(`${url}/readyz`)
      if (!answer.ok) throw new Error(`Curtain says that it is ready, and /readyz answers ${answer.status}`)
    },
    forget: () => {
      output.length = 0
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  }
  await curtain.start()
  return curtain
}
