const ceremonies = () => import('./passkey-ceremonies.ts')

/** Whether this browser knows passkeys at all; on a plain address other than localhost none does. */
export function canUsePasskeys(): boolean {
  return 'PublicKeyCredential' in globalThis
}

/** Loads what passkeys need, so that nothing but the server stands between a click and the browser's dialog. */
export function preparePasskeys(): void {
  void ceremonies()
}

/** No passkey was made or shown: the person or the device said no. */
export class PasskeyDeclined extends Error {
  /** There was one already where a new one was to be made. */
  readonly isKnown: boolean

  constructor(cause: unknown) {
    super('no passkey', { cause })
    this.name = 'PasskeyDeclined'
    this.isKnown = cause instanceof Error && cause.name === 'InvalidStateError'
  }
}

/**
 * Has the browser show one of the passkeys that the server asks for.
 * @param options as the server gave them @throws PasskeyDeclined
 */
export async function showPasskey(options: unknown): Promise<Record<string, unknown>> {
  const { show } = await ceremonies()
  return show(options).catch((cause: unknown) => {
    throw new PasskeyDeclined(cause)
  })
}

/**
 * Has the browser make a passkey.
 * @param options as the server gave them @throws PasskeyDeclined
 */
export async function makePasskey(options: unknown): Promise<Record<string, unknown>> {
  const { make } = await ceremonies()
  return make(options).catch((cause: unknown) => {
    throw new PasskeyDeclined(cause)
  })
}
