import { type AuditEventMeaning, auditEventGroups } from '../protocol/src/audit-events.ts'
import { idPrefixes } from '../protocol/src/ids.ts'

/** Where the vocabulary of the audit log is shown to people. */
export const auditEventsPage = 'docs/audit-events.md'

const head = `# What is in the audit log

<!-- Made from protocol/src/audit-events by \`npm run docs -- --write\`. Change it there. -->

Nothing else can be put on record: no other types of events, and of each no facts but these. Facts are ids, counts and words of closed lists. What somebody typed, and names, birth
dates, addresses and numbers of people, are in none of them.

Beside its facts every event has when it was, who did it (\`userId\` of staff, \`participantId\` of whoever is in a visit; neither where it is nobody who is known, or the server itself), by which
session (of a program: by which API key), and whether it was a \`success\` or \`denied\`. Where it happened from, and the reason that somebody gave, are sealed.
[The audit log](audit-log.md) says how an event is written and how it can be checked.

Every operation of the API and every signalling request says which of these it records (\`x-audit-events\` in \`/openapi.json\`, \`records\` in the code), or why it records nothing. A route that does neither keeps
the server from starting, and a test sees that what they say is so. What somebody tries and may not do is \`access.denied\`, and in a visit \`participant.denied\`, wherever it is tried.
`

/** The page as it should be. */
export function renderAuditEvents(): string {
  const groups = Object.entries(auditEventGroups).map(([heading, events]) => {
    const rows = Object.entries<AuditEventMeaning>(events).map(rowOf)
    return `## ${heading}\n\n| type | what happened | target | facts |\n|---|---|---|---|\n${rows.join('\n')}\n`
  })
  return [head, ...groups].join('\n')
}

function rowOf([type, { means, target, facts }]: [string, AuditEventMeaning]): string {
  const listed = Object.entries(facts).map(([name, holds]) => `\`${name}\`: ${holds}`)
  return `| \`${type}\` | ${means} | ${targetOf(target)} | ${listed.join('<br>')} |`
}

function targetOf(target: AuditEventMeaning['target']): string {
  if (target === undefined) return ''
  return target === 'any' ? 'any' : `\`${idPrefixes[target]}_…\``
}
