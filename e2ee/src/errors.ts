/** Everything that encryption refuses. Stable; they say what, never whose or with which bytes. */
export const encryptionErrors = {
  // group
  'bad-message': 'A message is not valid MLS, or not of this group.',
  'wrong-epoch': 'A message is of an epoch that is not the present one.',
  'bad-key-package': 'A key package is not valid: its suite, its signature, its identity or its lifetime.',
  'bad-roster': 'A roster is not signed by the server of this visit, or is an older one.',
  'roster-mismatch': 'The group is not who the roster says it is.',
  'bad-proposal': 'A proposal is not an Add or a Remove by the server of this visit.',
  'bad-commit': 'A commit does something else than what was proposed, or is not valid.',
  'bad-welcome': 'A welcome does not lead into the group that it should.',
  'not-in-group': 'This device is not in a group now.',
  late: 'Another commit came first.',
  disconnected: 'The connection to the server is away.',
  // frames
  'bad-frame': 'A frame is not valid SFrame.',
  'unknown-key': 'A frame is encrypted with a key that is not known here.',
  'wrong-sender': 'A frame is encrypted by somebody else than the stream belongs to, or for another stream.',
  replayed: 'A frame was received before.',
  'not-authentic': 'A frame or message was changed on its way.',
  'no-key': 'There is no key to encrypt with yet.',
  'counter-exhausted': 'A media key was used as often as it may be.',
  'epoch-replayed': 'An epoch that was there before was installed again.',
  'unsupported-codec': 'There is no encrypted layout for this codec.',
} as const

export type EncryptionErrorCode = keyof typeof encryptionErrors

/** A refusal of this package. */
export class EncryptionError extends Error {
  readonly code: EncryptionErrorCode

  constructor(code: EncryptionErrorCode, options?: ErrorOptions) {
    super(encryptionErrors[code], options)
    this.name = 'EncryptionError'
    this.code = code
  }
}
