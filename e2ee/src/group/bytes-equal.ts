/** Whether two byte strings are the same. For public values: it takes as long as they agree. */
export function bytesEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at])
}
