import packageFile from '../package.json' with { type: 'json' }
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { settingVariables } from '../server/src/config.ts'
import { auditEventsPage, renderAuditEvents } from './audit-events-page.ts'

// Documents that run: every link leads somewhere, every npm script, `curtain` command and CURTAIN_ variable that is
// mentioned exists, and every variable that exists is mentioned. What is made from the code is as the code says; with
// --write it is made so.
if (process.argv.includes('--write')) writeFileSync(auditEventsPage, renderAuditEvents())
const documents = globSync('**/*.md', { exclude: (name) => name === 'node_modules' || name === 'dist' || name === 'data' })
const sources = globSync('{e2ee,server,cli,setup,media-worker,tests,bench}/**/*.{ts,mjs,sh}', {
  exclude: (name) => name === 'node_modules',
})
const variables = new Set([
  ...settingVariables,
  ...sources.flatMap((file) => readFileSync(file, 'utf8').match(/\bCURTAIN_[A-Z0-9_]*[A-Z0-9]\b/g) ?? []),
])
const commandLine = readFileSync('cli/src/main.ts', 'utf8')

const problems: string[] = []
if (!existsSync(auditEventsPage) || readFileSync(auditEventsPage, 'utf8') !== renderAuditEvents()) {
  problems.push(`${auditEventsPage} is not what the code says: npm run docs -- --write`)
}
const mentioned = new Set<string>()

/** GitHub's rule for a heading's anchor. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '').trim().replaceAll(' ', '-')
}

function anchorsOf(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading))
}

for (const file of documents) {
  const text = readFileSync(file, 'utf8')
  for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue
    const [path = '', anchor] = target.split('#')
    const place = path === '' ? file : join(dirname(file), path)
    if (!existsSync(place)) problems.push(`${file}: the link ${target} leads nowhere`)
    else if (anchor !== undefined && !anchorsOf(place).includes(anchor)) problems.push(`${file}: no heading for ${target}`)
  }
  for (const [, script = ''] of text.matchAll(/\bnpm run ([a-z][a-z:-]*)/g)) {
    if (!(script in packageFile.scripts)) problems.push(`${file}: npm run ${script} does not exist`)
  }
  for (const [, command = ''] of text.matchAll(/`curtain ([a-z]+(?: [a-z]+)?)/g)) {
    if (!commandLine.includes(`'${command}'`)) problems.push(`${file}: the command curtain ${command} does not exist`)
  }
  for (const [variable] of text.matchAll(/\bCURTAIN_[A-Z0-9_]*[A-Z0-9]\b/g)) {
    mentioned.add(variable)
    if (!variables.has(variable)) problems.push(`${file}: nothing reads ${variable}`)
  }
}
for (const variable of variables) if (!mentioned.has(variable)) problems.push(`${variable} is read but no document says so`)

for (const problem of problems) console.error(problem)
console.log(`${documents.length} documents, ${problems.length} problems`)
process.exitCode = problems.length > 0 ? 1 : 0
