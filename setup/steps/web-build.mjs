import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { contentHash } from '../content-hash.mjs'
import { installedCache, logFileOf } from '../paths.mjs'
import { run } from '../run-command.mjs'
import { SetUpError } from '../set-up-error.mjs'
import { isStamped, stampWork } from '../stamp.mjs'

/** What the pages are made of. */
const sources = ['web', 'sdk/src', 'protocol/src', 'package-lock.json']

/** @param {string} root */
const sourceHash = (root) => contentHash(root, sources, (path) => !/^(dist|node_modules|.*\.test\.tsx?)$/.test(basename(path)))

/** @param {string} root */
const stampFile = (root) => join(installedCache(root), 'web-build')

/** The pages that the server serves, in web/dist. */
export const webBuild = {
  /** @param {import('../prepare.mjs').Context} context */
  isDone({ root }) {
    return existsSync(join(root, 'web', 'dist')) && isStamped(stampFile(root), sourceHash(root))
  },

  /** @param {import('../prepare.mjs').Context} context */
  async run({ root, cache, env, progress, signal }) {
    const logFile = logFileOf(cache, 'web-build')
    await progress.step('Building the web pages (about 10 seconds)', () =>
      stampWork(stampFile(root), sourceHash(root), async () => {
        const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
        const status = await run(join(root, 'node_modules', '.bin', 'node'), [vite, 'build'], {
          cwd: join(root, 'web'),
          env,
          logFile,
          signal,
        })
        if (status !== 0) {
          throw new SetUpError('The web pages could not be built. Unless you changed their source, this is our mistake.', {
            logFile,
          })
        }
      }),
    )
  },
}
