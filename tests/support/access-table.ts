import { readFileSync } from 'node:fs'
import { apiKeyScope, type ApiKeyScope, type Role } from '@curtain/protocol'
import { z } from 'zod'

const cell = z.enum(['yes', '–', 'own', 'no reason', 'not above'])
type Cell = z.infer<typeof cell>

const headings: Record<string, Role | undefined> = {
  owner: 'owner',
  'security officer': 'security-officer',
  administrator: 'administrator',
  clinician: 'clinician',
  scheduler: 'scheduler',
  'media operator': 'media-operator',
  auditor: 'auditor',
}

/** What docs/access.md says: of each operation that takes a session, what each role may; and those that take none. */
export interface AccessTable {
  operations: ReadonlyMap<string, Readonly<Partial<Record<Role, Cell>>>>
  open: ReadonlySet<string>
  /** Of each operation that API keys may use, with which scope. */
  keys: ReadonlyMap<string, ApiKeyScope>
}

/** Reads the three tables of docs/access.md. @throws Error where a cell is not one of those that the page explains */
export function readAccessTable(): AccessTable {
  const page = readFileSync(new URL('../../docs/access.md', import.meta.url), 'utf8')
  const [header = [], ...rows] = tableAfter(page, '<!-- operations -->')
  const roles = header.slice(1).map((heading) => headings[heading])
  const operations = new Map(
    rows.map(([operation = '', ...cells]) => [
      operation,
      Object.fromEntries(roles.map((role, column) => [role, cell.parse(cells[column])])),
    ]),
  )
  const [, ...open] = tableAfter(page, '<!-- open -->')
  const [, ...keys] = tableAfter(page, '<!-- keys -->')
  return {
    operations,
    open: new Set(open.map(([operation = '']) => operation)),
    keys: new Map(keys.map(([operation = '', scope]) => [operation, apiKeyScope.parse(scope)])),
  }
}

function tableAfter(page: string, mark: string): string[][] {
  const lines = (page.split(mark)[1] ?? '').trimStart().split('\n')
  const table = lines.slice(0, lines.findIndex((line) => !line.startsWith('|')))
  const rows = table.map((line) => line.split('|').slice(1, -1).map((text) => text.trim().replaceAll('`', '')))
  return rows.filter(([first = '']) => !first.startsWith('--'))
}
