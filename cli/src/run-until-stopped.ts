import type { RunningServer } from '@curtain/server'

/** Longer than any part takes to stop. */
const patienceMs = 45_000

/**
 * Runs a server until a signal asks this process to stop, and stops everything with it. Signals are taken from the
 * start on: one that comes while the server still starts stops it as soon as it can.
 * @param ready what to do once it serves
 */
export async function runUntilStopped(
  start: () => Promise<RunningServer>,
  ready: (server: RunningServer) => Promise<void> | void,
): Promise<void> {
  const asked = Promise.withResolvers<void>()
  // npm passes a Ctrl-C on that the terminal has sent already, so a second signal means nothing more than the first.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => asked.resolve())
  let failure: unknown
  const fail = (error: unknown) => {
    failure = error
    asked.resolve()
  }
  process.once('uncaughtException', fail)

  const server = await start()
  try {
    await Promise.race([Promise.resolve(ready(server)), asked.promise])
    await asked.promise
  } finally {
    setTimeout(() => process.exit(1), patienceMs).unref()
    await server.close()
  }
  if (failure !== undefined) throw failure
}
