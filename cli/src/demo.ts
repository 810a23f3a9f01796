import { prepareDemo, readConfig, startServer } from '@curtain/server'
import { runUntilStopped } from './run-until-stopped.ts'

/** `curtain demo` */
export async function demo(): Promise<void> {
  const config = readConfig({ dataDir: './data/demo', logLevel: 'warn' })
  await runUntilStopped(
    () => startServer(config),
    async (server) => {
      const links = await prepareDemo(server)
      process.stdout.write(`
Curtain is ready. Everything of this demo stays on this computer, in ${config.dataDir}

  1  Clinician  ${links.clinician}
  2  Patient    ${links.patient}

Open the first link in one window and the second in another (a private window, another browser, or a phone's size).
Join as the patient, then let them in as the clinician. Ctrl-C stops the demo.

`)
    },
  )
}
