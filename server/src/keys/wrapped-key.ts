import { openBytes, sealBytes, frameTexts } from './aead.ts'
import type { OrganizationKey } from './organization-keys.ts'

/** What a key below an organization's is for; part of what binds its wrapping. */
export interface WrappedKeyKind {
  /** The wrapping key is derived for this. */
  wrappingKey: string
  /** Goes into the additional data, before the ids of what the key belongs to. */
  name: string
}

const versionBytes = 4

function additionalData(kind: WrappedKeyKind, organization: OrganizationKey, version: number, of: readonly string[]): Buffer {
  return frameTexts([kind.name, String(version), organization.organizationId, ...of])
}

/**
 * Wraps a key by the current version of its organization's.
 * @param of the ids of what it belongs to, below the organization
 * @returns `organization key version (4) ‖ sealed key`
 */
export function wrapKey(
  kind: WrappedKeyKind,
  organization: OrganizationKey,
  of: readonly string[],
  key: Uint8Array,
): Buffer {
  const { current } = organization
  const header = Buffer.alloc(versionBytes)
  header.writeUInt32BE(current)
  const wrapping = organization.derive(current, kind.wrappingKey)
  return Buffer.concat([header, sealBytes(wrapping, additionalData(kind, organization, current, of), key)])
}

/** @throws Error when it was changed, or belongs to something else */
export function unwrapKey(
  kind: WrappedKeyKind,
  organization: OrganizationKey,
  of: readonly string[],
  wrapped: Buffer,
): Buffer {
  const version = wrappedBy(wrapped)
  const wrapping = organization.derive(version, kind.wrappingKey)
  return openBytes(wrapping, additionalData(kind, organization, version, of), wrapped.subarray(versionBytes))
}

/** Which version of the organization's key it is wrapped by. */
export function wrappedBy(wrapped: Buffer): number {
  if (wrapped.length < versionBytes) throw new Error('not a wrapped key')
  return wrapped.readUInt32BE()
}
