import { auditEventType } from '@curtain/protocol'
import pg from 'pg'
import { inject } from 'vitest'
import { z } from 'zod'
import type { OnRecord } from '../../server/src/audit/on-record.ts'
import type { TestDatabase } from './database.ts'
import { Browser } from './server.ts'

const records = z.union([z.tuple([auditEventType], auditEventType), z.object({ nothing: z.string().min(1) })])
const api = z.object({ paths: z.record(z.string(), z.record(z.string(), z.object({ 'x-audit-events': records }))) })

/** What a running server says of every operation of its API, by names such as `GET /v1/me`, that it puts on record. */
export async function declaredRecords(url: string): Promise<Map<string, OnRecord>> {
  const { paths } = api.parse(await (await fetch(`${url}/openapi.json`)).json())
  return new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, said]) => [`${method.toUpperCase()} ${path}`, said['x-audit-events']] as const),
    ),
  )
}

/** Sees what is in the log after something was done and was not before. For things that are done one after the other. */
export class LogObserver implements AsyncDisposable {
  readonly #client: pg.Client
  readonly #known = new Set<unknown>()
  readonly #seen = new Map<string, Set<string>>()

  private constructor(client: pg.Client) {
    this.#client = client
  }

  static async open({ roles }: TestDatabase): Promise<LogObserver> {
    // As the superuser, whom no rule of an organization keeps from seeing.
    const client = new pg.Client({ ...inject('postgres'), database: roles.server.database })
    await client.connect()
    return new LogObserver(client)
  }

  /** The types of events that this has put on record, of all the times it was done. */
  seenOf(what: string): ReadonlySet<string> {
    return this.#seen.get(what) ?? new Set()
  }

  async during<Result>(what: string, act: () => Promise<Result>): Promise<Result> {
    await this.#look()
    const result = await act()
    this.#seen.set(what, new Set([...this.seenOf(what), ...(await this.#look())]))
    return result
  }

  async #look(): Promise<string[]> {
    const { rows } = await this.#client.query<{ id: string; type: string }>('select id, type from audit_events')
    const fresh = rows.filter(({ id }) => !this.#known.has(id))
    for (const { id } of fresh) this.#known.add(id)
    return fresh.map(({ type }) => type)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#client.end()
  }
}

/** A browser that is looked upon with each request. */
export class ObservedBrowser extends Browser {
  readonly #observer: LogObserver
  readonly #operations: readonly string[]

  constructor(url: string, observer: LogObserver, operations: Iterable<string>) {
    super(url)
    this.#observer = observer
    this.#operations = [...operations]
  }

  override request(...[method, path, ...more]: Parameters<Browser['request']>): Promise<Response> {
    return this.#observer.during(this.#operationOf(method, path), () => super.request(method, path, ...more))
  }

  /** The operation with the fewest parameters that a path is of. */
  #operationOf(method: string, path: string): string {
    const { pathname } = new URL(path, this.url)
    const parameters = (operation: string) => operation.split('{').length
    const is = (operation: string) => new RegExp(`^${operation.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(`${method} ${pathname}`)
    const [operation] = this.#operations.filter(is).toSorted((a, b) => parameters(a) - parameters(b))
    if (operation === undefined) throw new Error(`${method} ${pathname} is no operation`)
    return operation
  }
}
