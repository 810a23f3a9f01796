import { defaultKeyRetentionConfig, defaultLifetimeConfig, defaultPaddingConfig, type ClientConfig } from 'ts-mls'
import { isSameIdentity } from './identity.ts'

/** Messages of the last four epochs can still be opened. Who is who is checked against the roster, by ourselves. */
export const clientConfig: ClientConfig = {
  keyRetentionConfig: { ...defaultKeyRetentionConfig, retainKeysForEpochs: 4 },
  lifetimeConfig: defaultLifetimeConfig,
  paddingConfig: defaultPaddingConfig,
  authService: { validateCredential: async () => true },
  keyPackageEqualityConfig: {
    // One leaf for each participant.
    compareKeyPackages: (one, other) => isSameIdentity(one.leafNode.credential, other.leafNode.credential),
    compareKeyPackageToLeafNode: (one, leaf) => isSameIdentity(one.leafNode.credential, leaf.credential),
  },
}
