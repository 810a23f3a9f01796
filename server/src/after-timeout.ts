/** Runs something once after a time, unless it is called off by the function that comes back. */
export type After = (ms: number, run: () => void) => () => void

/** By the process's timers. Waiting keeps no process alive. */
export const afterTimeout: After = (ms, run) => {
  const timer = setTimeout(run, ms).unref()
  return () => clearTimeout(timer)
}
