import type { Config } from '../config.ts'

/** Where people reach this server, and so which pages are its own. */
export interface PublicAddress {
  /** Such as `https://visits.example.org`. */
  origin(): string
  /** Whether a browser's `Origin` header names one of our pages. */
  isOwn(origin: string): boolean
  /** All origins that are ours. */
  origins(): readonly string[]
  /** Whether people come over https. */
  readonly secure: boolean
  /** Tells the port that was taken, once the server listens. */
  listensOn(port: number): void
}

export function createPublicAddress(config: Pick<Config, 'publicUrl' | 'port'>): PublicAddress {
  let { port } = config
  const origins = () =>
    config.publicUrl === null
      ? ['localhost', '127.0.0.1', '[::1]'].map((host) => new URL(`http://${host}:${port}`).origin)
      : [config.publicUrl]
  return {
    origin: () => origins()[0] ?? '',
    origins,
    isOwn: (origin) => origins().includes(origin),
    secure: config.publicUrl?.startsWith('https:') ?? false,
    listensOn(taken) {
      port = taken
    },
  }
}
