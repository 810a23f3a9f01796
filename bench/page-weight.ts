import type { CDPSession } from 'playwright-core'

export interface LoadedFile {
  url: string
  /** As the browser calls it: `Document`, `Script`, `Stylesheet`, `Image`, `Fetch`, `WebSocket`, … */
  type: string
  status: number
  /** Over the network, with headers; 0 from the cache. */
  transferredBytes: number
  unpackedBytes: number
  encoding: string
  cacheControl: string
}

/** Everything a page asks for from now on, as the browser's network layer sees it. */
export class PageWeight {
  readonly #files = new Map<string, LoadedFile>()

  static async record(session: CDPSession): Promise<PageWeight> {
    const weight = new PageWeight(session)
    await session.send('Network.enable')
    return weight
  }

  private constructor(session: CDPSession) {
    session.on('Network.requestWillBeSent', ({ requestId, request, type }) => {
      this.#files.set(requestId, {
        url: request.url,
        type: type ?? 'Other',
        status: 0,
        transferredBytes: 0,
        unpackedBytes: 0,
        encoding: 'none',
        cacheControl: 'none',
      })
    })
    session.on('Network.responseReceived', ({ requestId, response }) => {
      const file = this.#files.get(requestId)
      if (file === undefined) return
      const header = (name: string) => Object.entries(response.headers).find(([key]) => key.toLowerCase() === name)?.[1]
      file.status = response.status
      file.encoding = header('content-encoding') ?? 'none'
      file.cacheControl = header('cache-control') ?? 'none'
    })
    session.on('Network.dataReceived', ({ requestId, dataLength }) => {
      const file = this.#files.get(requestId)
      if (file !== undefined) file.unpackedBytes += dataLength
    })
    session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      const file = this.#files.get(requestId)
      if (file !== undefined) file.transferredBytes = encodedDataLength
    })
    session.on('Network.webSocketCreated', ({ requestId, url }) => {
      this.#files.set(requestId, {
        url,
        type: 'WebSocket',
        status: 101,
        transferredBytes: 0,
        unpackedBytes: 0,
        encoding: 'none',
        cacheControl: 'none',
      })
    })
  }

  /** Requests that a server had to answer; data and blob URLs are not. */
  get files(): LoadedFile[] {
    return [...this.#files.values()].filter(({ url }) => /^(https?|wss?):/.test(url))
  }
}

export function hostsOf(files: readonly LoadedFile[]): string[] {
  return [...new Set(files.map(({ url }) => new URL(url).host))]
}

/** Files of a kind together, the heaviest kind first. */
export function byType(files: readonly LoadedFile[]): { type: string; files: LoadedFile[] }[] {
  return [...Map.groupBy(files, ({ type }) => type)]
    .map(([type, group]) => ({ type, files: group }))
    .toSorted((a, b) => transferred(b.files) - transferred(a.files))
}

export function transferred(files: readonly LoadedFile[]): number {
  return files.reduce((sum, { transferredBytes }) => sum + transferredBytes, 0)
}

export function unpacked(files: readonly LoadedFile[]): number {
  return files.reduce((sum, { unpackedBytes }) => sum + unpackedBytes, 0)
}
