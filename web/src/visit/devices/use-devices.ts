import { useSyncExternalStore } from 'react'
import type { Devices, DevicesSnapshot } from './devices.ts'

/** What the devices are doing; the component is drawn again on each change. */
export function useDevices(devices: Devices): DevicesSnapshot {
  return useSyncExternalStore(
    (listener) => devices.subscribe(listener),
    () => devices.snapshot,
  )
}
