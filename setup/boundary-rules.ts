import type { ICruiseOptions, IForbiddenRuleType, IRegularForbiddenRuleType } from 'dependency-cruiser'

/**
 * Package boundaries: arrows point only downward (docs/architecture.md). Each rule names what a part may reach; all
 * else is a mistake.
 */
const mayReach: Record<string, readonly string[]> = {
  protocol: [],
  'audit-log': ['protocol'],
  e2ee: ['protocol'],
  server: ['e2ee', 'audit-log', 'protocol'],
  sdk: ['e2ee', 'protocol'],
  web: ['sdk', 'protocol'],
  cli: ['server', 'audit-log', 'protocol'],
  tests: ['protocol', 'e2ee', 'audit-log', 'server', 'sdk', 'cli'],
  bench: ['protocol', 'e2ee', 'audit-log', 'server', 'sdk', 'tests'],
}

export const parts = Object.keys(mayReach)

/** Inside the server: the shared floors know no feature, and media knows nothing of visits on record. */
const floors = '^server/src/(http|database|keys|errors|config)'
const features = '^server/src/(organizations|users|sessions|patients|visits|rooms|media|signalling|api-keys|room-tokens)/'

const tests = String.raw`\.test\.tsx?$`

type Ends = IRegularForbiddenRuleType

function rule(name: string, from: Ends['from'], to: Ends['to']): IForbiddenRuleType {
  return { name, severity: 'error', from, to }
}

const packageRules = parts.map((part) => {
  const allowed = mayReach[part] ?? []
  const others = parts.filter((other) => other !== part && !allowed.includes(other))
  return rule(
    `${part}-reaches-only-${allowed.join('-and-') || 'itself'}`,
    { path: `^${part}/`, pathNot: tests },
    { path: `^(${others.join('|')})/` },
  )
})

export const forbidden: IForbiddenRuleType[] = [
  ...packageRules,
  rule('tests-are-not-imported-by-code', { pathNot: `${tests}|^(tests|bench)/` }, { path: `${tests}|^(tests|bench)/` }),
  // The list of tables names the rows that each feature declares: types alone may point upward.
  rule('floors-know-no-feature', { path: floors, pathNot: tests }, { path: features, dependencyTypesNot: ['type-only'] }),
  rule('media-knows-no-visit', { path: '^server/src/media/' }, { path: features, pathNot: '^server/src/media/' }),
  rule('protocol-and-e2ee-do-no-input-or-output', { path: '^(protocol|e2ee)/src/', pathNot: tests }, { dependencyTypes: ['core'] }),
  rule('browser-code-uses-no-node', { path: '^(sdk|web)/src/', pathNot: tests }, { dependencyTypes: ['core'] }),
  rule('no-cycles', {}, { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }),
  rule('no-unresolvable', {}, { couldNotResolve: true }),
]

export const options: ICruiseOptions = {
  tsPreCompilationDeps: true,
  tsConfig: { fileName: 'tsconfig.json' },
  exclude: { path: '(^|/)(node_modules|dist)/' },
  doNotFollow: { path: 'node_modules' },
  enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
}
