import type { ClientState } from 'ts-mls'

// The library gives back only some of what it has used up. What JavaScript has copied meanwhile is out of reach.

/** Overwrites secrets with zeros. */
export function erase(secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0)
}

/** Overwrites the secrets of an epoch that never came to be; what it shares with the present one stays. */
export function eraseUnborn(unborn: ClientState, present: ClientState): void {
  eraseEpoch(unborn)
  erasePathKeys(unborn, present)
}

/** Overwrites what nobody needs once `after` has come; keys of messages in flight stay while it keeps their epoch. */
export function erasePast(before: ClientState, after: ClientState): void {
  const { senderDataSecret: _inFlight, ...used } = before.keySchedule
  erase(Object.values(used))
  for (const [epoch, past] of before.historicalReceiverData) {
    if (after.historicalReceiverData.has(epoch)) continue
    erase([past.senderDataSecret, ...ratchetSecrets(past.secretTree)])
  }
  erasePathKeys(before, after)
}

/** Overwrites everything. */
export function eraseState(state: ClientState): void {
  eraseEpoch(state)
  for (const past of state.historicalReceiverData.values()) {
    erase([past.senderDataSecret, past.resumptionPsk, ...ratchetSecrets(past.secretTree)])
  }
  erase(Object.values(state.privatePath.privateKeys))
  state.signaturePrivateKey.fill(0)
}

function eraseEpoch(state: ClientState): void {
  erase(Object.values(state.keySchedule))
  erase(ratchetSecrets(state.secretTree))
}

/** The private keys of one state that another does not hold. */
function erasePathKeys(one: ClientState, other: ClientState): void {
  const kept = new Set(Object.values(other.privatePath.privateKeys))
  erase(Object.values(one.privatePath.privateKeys).filter((key) => !kept.has(key)))
}

function ratchetSecrets(tree: ClientState['secretTree']): Uint8Array[] {
  return tree
    .flatMap((node) => [node.handshake, node.application])
    .flatMap((ratchet) => [ratchet.secret, ...Object.values(ratchet.unusedGenerations)])
}
