import { readConfig, startServer } from '@curtain/server'
import { runUntilStopped } from './run-until-stopped.ts'

/** `curtain start` */
export async function start(): Promise<void> {
  const config = readConfig()
  await runUntilStopped(
    () => startServer(config),
    ({ url, setupUrl }) => {
      process.stdout.write(`Curtain is ready at ${url}\n`)
      if (setupUrl === null) return
      // Printed for whoever started it, and never logged: it makes the first account.
      process.stdout.write(`\nOpen this link to make your organization and your account. It works once:\n  ${setupUrl}\n\n`)
      if (config.rootKey.provider !== 'file') return
      process.stdout.write('Then print the recovery sheet of the root key, and lock it away: curtain keys sheet\n\n')
    },
  )
}
