import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { DtlsParameters } from '@curtain/protocol'
import { type Counts, connectResult, counts, loadAnswer, type LoadCommand, openResult } from './load-messages.ts'
import { dtlsParametersOf, type StreamOffer } from './session-description.ts'

interface LoadProcess {
  child: ChildProcess
  pid: number
  waiting: Map<number, { resolve(result: unknown): void; reject(error: Error): void }>
}

export const wantedSrtpProfile = 'SRTP_AEAD_AES_256_GCM'

/** Clients with real DTLS-SRTP, in processes of their own so that they do not cost the measured ones anything. */
export class LoadGenerator implements AsyncDisposable {
  readonly #processes: LoadProcess[]
  #lastId = 0
  #opened = 0

  constructor(processes: number) {
    this.#processes = Array.from({ length: processes }, () => startProcess())
  }

  get pids(): readonly number[] {
    return this.#processes.map(({ pid }) => pid)
  }

  /** Makes a client for one stream; the media server is to connect the transport with what this returns. */
  async open(offer: StreamOffer): Promise<DtlsParameters> {
    const process = this.#processes[this.#opened++ % this.#processes.length]
    if (process === undefined) throw new Error('there is no process to make load')
    const { answer } = openResult.parse(await this.#ask(process, { type: 'open', offer }))
    return dtlsParametersOf(answer)
  }

  /**
   * Resolves when all clients are connected.
   * @throws Error when one of them negotiated anything but AEAD_AES_256_GCM: it would not be the cost we ask for
   */
  async connect(): Promise<void> {
    for (const result of await this.#askAll({ type: 'connect' })) {
      const { clients, srtpProfiles } = connectResult.parse(result)
      if (clients > 0 && (srtpProfiles[wantedSrtpProfile] !== clients || Object.keys(srtpProfiles).length !== 1)) {
        throw new Error(`${clients} clients negotiated ${JSON.stringify(srtpProfiles)}, not all ${wantedSrtpProfile}`)
      }
    }
  }

  /** Sets the rate of every sender; 0 stops them. `packetBytes` is the RTP packet, before SRTP adds its 16 bytes. */
  async send(packetsPerSecond: number, packetBytes: number): Promise<void> {
    await this.#askAll({ type: 'send', packetsPerSecond, packetBytes })
  }

  async mark(): Promise<void> {
    await this.#askAll({ type: 'mark' })
  }

  /** All that was counted since the mark. */
  async read(): Promise<Counts> {
    const total: Counts = { sent: 0, refused: 0, expected: 0, received: 0, silent: 0 }
    for (const result of await this.#askAll({ type: 'read' })) {
      const one = counts.parse(result)
      total.sent += one.sent
      total.refused += one.refused
      total.expected += one.expected
      total.received += one.received
      total.silent += one.silent
    }
    return total
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      this.#processes.map(async ({ child }) => {
        if (child.exitCode !== null || child.signalCode !== null) return
        const exited = once(child, 'exit')
        child.kill('SIGKILL')
        await exited
      }),
    )
  }

  async #askAll(command: LoadCommand): Promise<unknown[]> {
    return await Promise.all(this.#processes.map((process) => this.#ask(process, command)))
  }

  async #ask({ child, waiting }: LoadProcess, command: LoadCommand): Promise<unknown> {
    const id = ++this.#lastId
    return await new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      child.send({ id, ...command }, (error) => {
        if (error !== null) reject(error)
      })
    })
  }
}

function startProcess(): LoadProcess {
  const child = fork(fileURLToPath(new URL('load-process.ts', import.meta.url)))
  if (child.pid === undefined) throw new Error('no process to make load could be started')
  const waiting: LoadProcess['waiting'] = new Map()
  child.on('message', (message) => {
    const { id, result, error } = loadAnswer.parse(message)
    const asked = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) asked?.resolve(result)
    else asked?.reject(new Error(error))
  })
  child.once('exit', (code, signal) => {
    const error = new Error(`a process that makes load ended with ${code ?? signal}`)
    for (const { reject } of waiting.values()) reject(error)
  })
  return { child, pid: child.pid, waiting }
}
