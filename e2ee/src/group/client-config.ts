import { defaultKeyRetentionConfig, defaultLifetimeConfig, defaultPaddingConfig, type ClientConfig } from 'ts-mls'
import type { LeafNode } from 'ts-mls/leafNode.js'
import { bytesEqual } from './bytes-equal.ts'

/** Messages of the last four epochs can still be opened. Who is who is checked against the roster, by ourselves. */
export const clientConfig: ClientConfig = {
  keyRetentionConfig: { ...defaultKeyRetentionConfig, retainKeysForEpochs: 4 },
  lifetimeConfig: defaultLifetimeConfig,
  paddingConfig: defaultPaddingConfig,
  authService: { validateCredential: async () => true },
  keyPackageEqualityConfig: {
    // One leaf for each participant.
    compareKeyPackages: (one, other) => isSameIdentity(one.leafNode, other.leafNode),
    compareKeyPackageToLeafNode: (one, leaf) => isSameIdentity(one.leafNode, leaf),
  },
}

function isSameIdentity(one: LeafNode, other: LeafNode): boolean {
  return (
    one.credential.credentialType === 'basic' &&
    other.credential.credentialType === 'basic' &&
    bytesEqual(one.credential.identity, other.credential.identity)
  )
}
