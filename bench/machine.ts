import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'
import { version as mediasoupVersion } from 'mediasoup'
import { z } from 'zod'
import { markdownTable } from './report.ts'

const packageFile = z.object({ version: z.string() })

/**
 * What a figure cannot be read without: the machine it was taken on, and how busy that was before the measurement
 * began. Call it first.
 */
export function machineFacts(): string {
  const [cpu] = cpus()
  const [oneMinute = 0, fiveMinutes = 0] = loadavg()
  return markdownTable(
    ['machine', ''],
    [
      ['date', new Date().toISOString().slice(0, 10)],
      ['cores', String(availableParallelism())],
      ['CPU', `${cpu?.model ?? 'unknown'}${clock()}`],
      ['memory', `${(totalmem() / 2 ** 30).toFixed(1)} GiB`],
      ['system', `${distribution()}, Linux ${release()}`],
      ['Node', process.version],
      ['mediasoup', mediasoupVersion],
      ['node-datachannel', installedVersion('node-datachannel')],
      ['load average at start', `${oneMinute.toFixed(2)} (1 min), ${fiveMinutes.toFixed(2)} (5 min)`],
    ],
  )
}

/** Some virtual machines tell no model but the clock rate, which `os.cpus()` does not always know. */
function clock(): string {
  const megahertz = Number(/^cpu MHz\s*:\s*([\d.]+)/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1])
  return Number.isFinite(megahertz) ? ` at ${(megahertz / 1000).toFixed(1)} GHz` : ''
}

function distribution(): string {
  try {
    return /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'unknown'
  } catch {
    return 'unknown'
  }
}

function installedVersion(name: string): string {
  const entry = createRequire(import.meta.url).resolve(name)
  const folder = entry.slice(0, entry.lastIndexOf(`/node_modules/${name}/`) + `/node_modules/${name}/`.length)
  return packageFile.parse(JSON.parse(readFileSync(`${folder}package.json`, 'utf8'))).version
}
