import { randomBytes } from 'node:crypto'
import type { OrganizationId } from '@curtain/protocol'
import type { Database, Transaction } from '../database/database.ts'
import { deriveKey, keyBytes } from './aead.ts'
import type { RootKey } from './root-key.ts'
import { insertOrganizationKey, organizationKeyRows } from './store.ts'

/** The key of one organization, in all its versions. It stays in memory, and is used only to derive others. */
export class OrganizationKey {
  readonly organizationId: OrganizationId
  readonly #versions: Map<number, Buffer>
  readonly #derived = new Map<string, Buffer>()

  constructor(organizationId: OrganizationId, versions: ReadonlyMap<number, Buffer>) {
    this.organizationId = organizationId
    this.#versions = new Map(versions)
  }

  /** The version that is used for what is new. */
  get current(): number {
    return Math.max(...this.#versions.keys())
  }

  has(version: number): boolean {
    return this.#versions.has(version)
  }

  add(version: number, key: Buffer): void {
    this.#versions.set(version, key)
  }

  /**
   * The key of a version for one purpose.
   * @throws Error where this organization has no such version
   */
  derive(version: number, ...purpose: readonly string[]): Buffer {
    const name = [version, ...purpose].join('/')
    const known = this.#derived.get(name)
    if (known !== undefined) return known
    const key = this.#versions.get(version)
    if (key === undefined) throw new Error(`the organization has no version ${version} of its key`)
    const derived = deriveKey(key, this.organizationId, purpose)
    this.#derived.set(name, derived)
    return derived
  }
}

/** A version that was made and wrapped, and is not in use yet. */
export interface NewKeyVersion {
  /** The organization's key as it will be. */
  key: OrganizationKey
  version: number
  /** Writes it, in the transaction of whatever needs it. */
  insert(tx: Transaction, now: Date): Promise<void>
  /** To be called once that is committed: from now on it is the current one. */
  use(): void
}

export type OrganizationKeys = ReturnType<typeof createOrganizationKeys>

export function createOrganizationKeys({ database, root }: { database: Database; root: RootKey }) {
  const known = new Map<OrganizationId, Promise<OrganizationKey>>()
  const contextOf = (organization: OrganizationId, version: number) =>
    ({ use: 'organization-key', organization, version: String(version) })

  async function read(organizationId: OrganizationId): Promise<OrganizationKey> {
    const rows = await database.inOrganization(organizationId, organizationKeyRows)
    if (rows.length === 0) throw new Error('the organization has no key')
    const versions = new Map<number, Buffer>()
    for (const { version, wrapped } of rows) {
      const key = await root.unwrap(wrapped, contextOf(organizationId, version))
      if (key.length !== keyBytes) throw new Error('what the root key opened is not a key')
      versions.set(version, key)
    }
    return new OrganizationKey(organizationId, versions)
  }

  async function make(organizationId: OrganizationId, version: number) {
    const bytes = randomBytes(keyBytes)
    const wrapped = await root.wrap(bytes, contextOf(organizationId, version))
    return { bytes, row: { organization_id: organizationId, version, wrapped, root_key_id: root.id } }
  }

  return {
    /**
     * The organization's key; the root key is asked once, and not again while the process lives.
     * @throws RootKeyError
     */
    of(organizationId: OrganizationId): Promise<OrganizationKey> {
      const already = known.get(organizationId)
      if (already !== undefined) return already
      const reading = read(organizationId)
      known.set(organizationId, reading)
      reading.catch(() => known.delete(organizationId))
      return reading
    },

    /**
     * Makes the first version of a key.
     * @throws RootKeyError
     */
    async first(organizationId: OrganizationId): Promise<NewKeyVersion> {
      const version = 1
      const { bytes, row } = await make(organizationId, version)
      const key = new OrganizationKey(organizationId, new Map([[version, bytes]]))
      return {
        key,
        version,
        // There is no other before it whose work it would take over.
        insert: (tx, now) => insertOrganizationKey(tx, { ...row, created_at: now, rewrapped_at: now }),
        use: () => void known.set(organizationId, Promise.resolve(key)),
      }
    },

    /**
     * Makes the version after the current one.
     * @throws RootKeyError
     */
    async next(key: OrganizationKey): Promise<NewKeyVersion> {
      const version = key.current + 1
      const { bytes, row } = await make(key.organizationId, version)
      return {
        key,
        version,
        insert: (tx, now) => insertOrganizationKey(tx, { ...row, created_at: now, rewrapped_at: null }),
        use: () => key.add(version, bytes),
      }
    },
  }
}
