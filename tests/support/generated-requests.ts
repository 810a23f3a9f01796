import fc from 'fast-check'
import { z } from 'zod'

/** JSON Schema, as far as our API is described by it. */
interface Schema {
  type?: string | undefined
  properties?: Record<string, Schema> | undefined
  required?: string[] | undefined
  items?: Schema | undefined
  anyOf?: Schema[] | undefined
  enum?: unknown[] | undefined
  pattern?: string | undefined
  format?: string | undefined
  minLength?: number | undefined
  maxLength?: number | undefined
  minimum?: number | undefined
  maximum?: number | undefined
  maxItems?: number | undefined
  minItems?: number | undefined
  additionalProperties?: Schema | undefined
  propertyNames?: Schema | undefined
}

const schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    type: z.string().optional(),
    properties: z.record(z.string(), schema).optional(),
    required: z.array(z.string()).optional(),
    items: schema.optional(),
    anyOf: z.array(schema).optional(),
    enum: z.array(z.unknown()).optional(),
    pattern: z.string().optional(),
    format: z.string().optional(),
    minLength: z.number().optional(),
    maxLength: z.number().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    minItems: z.number().optional(),
    maxItems: z.number().optional(),
    additionalProperties: z.union([schema, z.literal(false).transform(() => ({}))]).optional(),
    propertyNames: schema.optional(),
  }),
)
const parameter = z.object({ name: z.string(), in: z.string(), required: z.boolean().optional(), schema })
const description = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        parameters: z.array(parameter).optional(),
        requestBody: z.object({ content: z.object({ 'application/json': z.object({ schema }) }) }).optional(),
      }),
    ),
  ),
})

/** One operation of the API, as a running server describes it. */
export interface Described {
  /** `POST /v1/visits` */
  name: string
  method: string
  path: string
  parameters: z.output<typeof parameter>[]
  body: Schema | null
}

export async function describedRequests(url: string): Promise<Described[]> {
  const { paths } = description.parse(await (await fetch(`${url}/openapi.json`)).json())
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      parameters,
      body: requestBody?.content['application/json'].schema ?? null,
    })),
  )
}

/** In every free text that is generated, so that it is known where it comes up again; as it is in lower case. */
export const mark = 'zq7vmark'

/** A request, ready to be sent. */
export interface GeneratedRequest {
  path: string
  /** JSON, or what is none. */
  body: string | null
}

/** Requests of an operation: most as it is described, many with something wrong in one place, a few that are nothing. */
export function requestsOf({ path, parameters, body }: Described, knownIds: readonly string[]): fc.Arbitrary<GeneratedRequest> {
  const value = (of: Schema) => valuesOf(of, knownIds)
  const inPath = parameters.filter((one) => one.in === 'path')
  const inQuery = parameters.filter((one) => one.in === 'query')
  const paths = fc.record(Object.fromEntries(inPath.map((one) => [one.name, fc.oneof({ weight: 6, arbitrary: value(one.schema) }, oddText)])))
  const queries = fc.record(Object.fromEntries(inQuery.map((one) => [one.name, fc.oneof({ weight: 6, arbitrary: value(one.schema) }, oddText)])))
  const bodies = body === null ? fc.constant(null) : bodiesOf(value(body))
  return fc.record({ paths, queries, body: bodies }).map((made) => {
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(textOf(made.paths[name])))
    const query = new URLSearchParams(Object.entries(made.queries).map(([name, one]) => [name, textOf(one)]))
    return { path: query.size === 0 ? filled : `${filled}?${query}`, body: made.body }
  })
}

const textOf = (value: unknown) => (typeof value === 'string' ? value.toWellFormed() : JSON.stringify(value ?? ''))

function bodiesOf(sound: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  const json = (value: unknown) => JSON.stringify(value) ?? 'null'
  const spoilt = fc.record({ sound, place: fc.nat(), odd: oddValue, how: fc.constantFrom('replace', 'drop', 'add') }).map(spoil)
  return fc.oneof(
    { weight: 4, arbitrary: sound.map(json) },
    { weight: 6, arbitrary: spoilt.map(json) },
    { weight: 1, arbitrary: oddValue.map(json) },
    { weight: 1, arbitrary: fc.constantFrom('', '{', `{"${mark}":`, '[[[[', '{"__proto__":{"roles":["owner"]}}', 'null') },
  )
}

const addresses = fc.nat(1_000_000).map((number) => `${mark}${number}@home.example`)
const freeText = fc.string({ unit: 'binary', maxLength: 20 }).map((text) => mark + text)
const oddText = fc.oneof(
  freeText,
  fc.constantFrom(`${mark}\u0000`, `${mark}\uD800`, `${mark}\u202E`, mark.repeat(400), `../${mark}`, `' or 1=1 -- ${mark}`, ''),
)
const oddValue = fc.oneof(
  oddText,
  fc.constantFrom<unknown>(null, true, -1, 0, 2 ** 53, -1e308, 1.5, [], {}, [null], [[]], { [mark]: mark }, Array.from({ length: 300 }, () => mark)),
)

/** Values that a schema describes; what it cannot say, such as that text must be printable, may be wrong all the same. */
function valuesOf(of: Schema, knownIds: readonly string[]): fc.Arbitrary<unknown> {
  const value = (inner: Schema) => valuesOf(inner, knownIds)
  if (of.anyOf !== undefined) return fc.oneof(...of.anyOf.map(value))
  if (of.enum !== undefined) return fc.constantFrom(...of.enum)
  switch (of.type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'integer':
    case 'number':
      return fc.integer({ min: of.minimum ?? -1000, max: of.maximum ?? 1000 })
    case 'array':
      return fc.array(of.items === undefined ? oddValue : value(of.items), { minLength: of.minItems ?? 0, maxLength: Math.min(of.maxItems ?? 3, 3) })
    case 'object': {
      const { properties = {}, required = [] } = of
      const whole = fc.record(Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, value(one)])), { requiredKeys: required })
      if (of.additionalProperties === undefined) return whole
      const names = of.propertyNames === undefined ? freeText : value(of.propertyNames).map(String)
      return fc.dictionary(names, value(of.additionalProperties), { maxKeys: 2 })
    }
    case 'string':
      return textsOf(of, knownIds)
    case undefined:
    default:
      return oddValue
  }
}

function textsOf(of: Schema, knownIds: readonly string[]): fc.Arbitrary<string> {
  // Nothing outside this machine is asked, whatever is generated.
  if (of.format === 'email') return addresses
  if (of.format === 'uri') return fc.constantFrom('https://127.0.0.1:9', 'http://127.0.0.1:9/', `https://127.0.0.1:9/${mark}`)
  // What looks ahead cannot be generated, and is seldom met by chance.
  if (of.pattern !== undefined && !/\(\?<?[=!]/.test(of.pattern)) {
    const pattern = new RegExp(of.pattern)
    const known = knownIds.filter((id) => pattern.test(id))
    const any = fc.stringMatching(pattern)
    return known.length === 0 ? any : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, any)
  }
  const texts = fc.oneof(
    { weight: 4, arbitrary: fc.string({ unit: 'grapheme-composite', maxLength: 12 }).map((text) => `${mark} ${text}`) },
    { weight: 3, arbitrary: addresses },
    freeText,
  )
  return texts.map((text) => text.padEnd(of.minLength ?? 0, mark).slice(0, of.maxLength))
}

/** A value with something odd in one place, without something, or with more than it should have. */
function spoil({ sound, place, odd, how }: { sound: unknown; place: number; odd: unknown; how: string }): unknown {
  const places: [object, string][] = []
  const walk = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return
    for (const key of Object.keys(value)) {
      places.push([value, key])
      walk(Reflect.get(value, key))
    }
  }
  const copy: unknown = structuredClone(sound)
  walk(copy)
  const chosen = places[place % Math.max(1, places.length)]
  if (chosen === undefined) return odd
  const [holder, key] = chosen
  if (how === 'replace') Reflect.set(holder, key, odd)
  else if (how === 'drop') Reflect.deleteProperty(holder, key)
  else Reflect.set(holder, mark, odd)
  return copy
}
