import type { DeviceKind } from './devices.ts'

const keyOf = (kind: DeviceKind) => `curtain.device.${kind}`

/** The id of the device that was chosen last in this browser, or null. Ids mean nothing outside this site. */
export function rememberedDevice(kind: DeviceKind): string | null {
  try {
    return localStorage.getItem(keyOf(kind))
  } catch {
    return null // storage may be switched off
  }
}

export function rememberDevice(kind: DeviceKind, id: string): void {
  try {
    localStorage.setItem(keyOf(kind), id)
  } catch {
    // It is asked again next time.
  }
}
