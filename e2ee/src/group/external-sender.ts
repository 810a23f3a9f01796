import { encodeExternalSender, type Extension } from 'ts-mls'
import { bytesEqual } from './bytes-equal.ts'

/**
 * The group's extensions: the server is the one external sender (RFC 9420 §12.1.8.1) and there is nothing else. The
 * library writes one ExternalSender per extension where the RFC has a vector of them.
 * @param rosterKey raw Ed25519 public key, 32 bytes
 */
export function groupExtensions(rosterKey: Uint8Array): Extension[] {
  const credential = { credentialType: 'basic' as const, identity: new TextEncoder().encode('curtain') }
  return [
    {
      extensionType: 'external_senders',
      extensionData: encodeExternalSender({ signaturePublicKey: rosterKey, credential }),
    },
  ]
}

/** Whether a group's extensions are exactly those of `groupExtensions`. */
export function areGroupExtensions(extensions: readonly Extension[], rosterKey: Uint8Array): boolean {
  const expected = groupExtensions(rosterKey)
  return (
    extensions.length === expected.length &&
    expected.every((one, at) => {
      const other = extensions[at]
      return other?.extensionType === one.extensionType && bytesEqual(other.extensionData, one.extensionData)
    })
  )
}
