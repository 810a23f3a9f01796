import { accessSync, constants } from 'node:fs'
import { SetUpError } from '../set-up-error.mjs'
import { ensurePackages, missingPackages, thisDistribution } from './system-packages.mjs'

/**
 * What the tests use besides a browser: fonts for screenshots (the pictures of a verification code among them), FFmpeg to
 * look into recordings and taps, nft to block UDP, openssl to make a certificate, Ceph as an S3 store.
 */
const packages = [
  'ffmpeg', 'fonts-liberation', 'fonts-noto-color-emoji', 'nftables', 'openssl', 'ceph-common', 'ceph-mon', 'ceph-osd', 'radosgw',
]

/** Where a Chromium is looked for, after CURTAIN_CHROMIUM. */
const browsers = ['/usr/bin/chromium', '/usr/bin/google-chrome']

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The tools that only the tests need. */
export const testTools = {
  /** @param {import('../prepare.mjs').Context} context */
  isDone({ env }) {
    const chosen = env['CURTAIN_CHROMIUM']
    if (chosen ? !isExecutable(chosen) : !browsers.some(isExecutable)) return false
    // Without dpkg we cannot tell; a test that lacks a tool will.
    return !thisDistribution().hasApt || missingPackages(packages).length === 0
  },

  /** @param {import('../prepare.mjs').Context} context */
  async run(context) {
    const chosen = context.env['CURTAIN_CHROMIUM']
    if (chosen && !isExecutable(chosen)) {
      throw new SetUpError(`CURTAIN_CHROMIUM is ${chosen}, which is not an executable file. Correct it or unset it.`)
    }
    const needsBrowser = !chosen && !browsers.some(isExecutable)
    if (needsBrowser && thisDistribution().id === 'ubuntu') {
      throw new SetUpError(
        'The tests need Chromium, which Ubuntu has only as a snap. Install it (sudo snap install chromium) and set CURTAIN_CHROMIUM=/snap/bin/chromium, or install Google Chrome.',
      )
    }
    await ensurePackages(context, {
      packages: needsBrowser ? ['chromium', ...packages] : packages,
      purpose: 'The test suite',
      estimate: 'about 2 minutes, once',
    })
  },
}
