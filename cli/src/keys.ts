import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { readConfig, recoverySheet, restoreRootKey, rotateKeys } from '@curtain/server'

/** `curtain keys sheet` */
export function printRecoverySheet(): void {
  const { file, groups } = recoverySheet(readConfig())
  process.stdout.write(`Curtain recovery sheet

This is the root key, as it is in ${file}. With it and a copy of the data everything about every
patient can be read; without it, and without the file, nothing ever again. Print it, check that every symbol can be
read, and lock it away from the server, its backups and everybody who does not need it.

${groups.trimEnd().replaceAll(/^/gm, '  ')}

Fourteen groups of digits and letters; there is no letter O, I, L or U in them. To bring the file back, for instance on
another machine: curtain keys restore
`)
}

/** `curtain keys restore` */
export async function restore(): Promise<void> {
  const config = readConfig()
  const typed = process.stdin.isTTY ? await askForGroups() : await text(process.stdin)
  const file = await restoreRootKey(config, typed)
  process.stdout.write(`${file} is back. The next start says whether it is the key of this database.\n`)
}

/** Lines until there is an empty one. */
async function askForGroups(): Promise<string> {
  process.stdout.write('Type in the groups of the recovery sheet, then an empty line:\n')
  const lines: string[] = []
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') break
    lines.push(line)
  }
  return lines.join(' ')
}

/** `curtain keys rotate` */
export async function rotate(): Promise<void> {
  for (const { organizationId, version, rewrapped, wasResumed } of await rotateKeys(readConfig({ logLevel: 'warn' }))) {
    const what = wasResumed ? `finished the rotation to version ${version}` : `version ${version} of the key is in use`
    process.stdout.write(`${organizationId}: ${what}; ${rewrapped} patients' keys were wrapped again.\n`)
  }
}
