import { globSync } from 'node:fs'
import { cruise } from 'dependency-cruiser'
import { forbidden, options, parts } from './boundary-rules.ts'

// Checks the package boundaries. The count of modules is compared with the files on disk, because the tool reports
// "no violations" as well when it could read next to nothing (as it does with a TypeScript it does not know).
const files = parts.flatMap((folder) =>
  globSync(`${folder}/**/*.{ts,tsx}`, { exclude: (name) => name === 'node_modules' || name === 'dist' }),
)

const { output } = await cruise(parts, { ...options, validate: true, ruleSet: { forbidden } })
if (typeof output === 'string') throw new TypeError('dependency-cruiser answered text where a result was asked for')

const seen = new Set(output.modules.map((module) => module.source))
const missed = files.filter((file) => !seen.has(file))
for (const file of missed) console.error(`${file}: not read, so its imports are not checked`)
for (const violation of output.summary.violations) {
  console.error(`${violation.from} -> ${violation.to}: ${violation.rule.name}`)
}
console.log(`${seen.size} modules, ${output.summary.violations.length} violations`)
process.exitCode = missed.length + output.summary.violations.length > 0 ? 1 : 0
