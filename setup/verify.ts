import { spawnSync } from 'node:child_process'

// Every check, cheapest first, stopping at the first that fails; the tests come last so that their count is the last line.
const checks = [
  ['Types', 'typecheck'],
  ['Lint', 'lint'],
  ['Package boundaries', 'boundaries'],
  ['Unused code', 'unused'],
  ['Documents', 'docs'],
  ['Tests', 'test'],
] as const

for (const [name, script] of checks) {
  const began = performance.now()
  console.log(`\n== ${name}`)
  const { status } = spawnSync('npm', ['run', '--silent', script], { stdio: 'inherit' })
  if (status !== 0) {
    console.error(`\n${name} failed: npm run ${script}`)
    process.exit(status ?? 1)
  }
  if (script !== 'test') console.log(`${name} passed in ${((performance.now() - began) / 1000).toFixed(1)} s`)
}
