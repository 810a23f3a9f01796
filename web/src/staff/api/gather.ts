/** Makes many calls within a moment one. */
export function gather(act: () => void, gatherMs: number): { call: () => void; cancel: () => void } {
  let pending: ReturnType<typeof setTimeout> | undefined
  return {
    call() {
      pending ??= setTimeout(() => {
        pending = undefined
        act()
      }, gatherMs)
    },
    cancel: () => clearTimeout(pending),
  }
}
