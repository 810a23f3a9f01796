import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repository } from './paths.mjs'

test('what the set-up leaves can be changed by nobody else, whatever the umask', () => {
  const folder = mkdtempSync(join(tmpdir(), 'curtain-prepare-'))
  try {
    cpSync(join(repository, 'setup'), join(folder, 'setup'), { recursive: true })
    // It ends at its first step, as there is no package-lock.json; its cache is there by then.
    const { status } = spawnSync('/bin/sh', ['-c', 'umask 000; exec "$0" setup/prepare.mjs start', process.execPath], {
      cwd: folder,
      env: { ...process.env, XDG_CACHE_HOME: join(folder, 'home') },
    })
    expect(status).toBe(1)
    for (const made of ['home', 'home/curtain', 'home/curtain/locks']) expect(statSync(join(folder, made)).mode & 0o022).toBe(0)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
