import { createInterface } from 'node:readline/promises'
import { text } from 'node:stream/consumers'
import { openAccess, readConfig, resetAccess } from '@curtain/server'

/** `curtain access open` */
export async function open(): Promise<void> {
  const opened = await openAccess(readConfig({ logLevel: 'warn' }))
  if (opened.length === 0) process.stdout.write('Staff may come from everywhere already.\n')
  for (const organizationId of opened) {
    process.stdout.write(`${organizationId}: staff may come from everywhere again. An owner can set the networks anew under Settings.\n`)
  }
}

/** `curtain access reset`. The address is typed in: what stands in a command is seen by everybody on the machine. */
export async function reset(): Promise<void> {
  const config = readConfig({ logLevel: 'warn' })
  const link = await resetAccess(config, process.stdin.isTTY ? await askForAddress() : await text(process.stdin))
  process.stdout.write(`Password and second factors are off this account, and its sessions have ended.
Start the server and open this link within a day, once, to set them up again:

  ${link}
`)
}

async function askForAddress(): Promise<string> {
  const asking = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return await asking.question('The e-mail address of the account: ')
  } finally {
    asking.close()
  }
}
