import { openAccess, readConfig } from '@curtain/server'

/** `curtain access open` */
export async function open(): Promise<void> {
  const opened = await openAccess(readConfig({ logLevel: 'warn' }))
  if (opened.length === 0) process.stdout.write('Staff may come from everywhere already.\n')
  for (const organizationId of opened) {
    process.stdout.write(`${organizationId}: staff may come from everywhere again. An owner can set the networks anew under Settings.\n`)
  }
}
