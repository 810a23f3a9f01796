import { errors, problem, type ErrorCode, type Problem } from '@curtain/protocol'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { AppError } from '../errors.ts'

/** Makes the body of an error (RFC 9457) from the one table. */
export function problemOf(code: ErrorCode, extra: { fields?: readonly string[] | undefined; reference?: string } = {}): Problem {
  const { status, sentence } = errors[code]
  return {
    type: 'about:blank',
    title: sentence,
    status,
    code,
    ...(extra.fields === undefined ? {} : { fields: [...extra.fields] }),
    ...(extra.reference === undefined ? {} : { reference: extra.reference }),
  }
}

/** What went wrong, in our own codes, whoever threw it. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (hasZodFastifySchemaValidationErrors(error)) {
    const fields = error.validation.map(({ instancePath }) => instancePath.slice(1).replaceAll('/', '.'))
    const context = error.validationContext === 'body' ? [] : [error.validationContext ?? 'request']
    // A path whose id is not one cannot lead anywhere.
    if (error.validationContext === 'params') return new AppError('not-found')
    return new AppError('invalid-input', { fields: [...new Set(fields.map((field) => [...context, field].filter(Boolean).join('.')))] })
  }
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  return new AppError(frameworkErrors[code] ?? codeOfStatus(error), { cause: error })
}

/** What the framework or one of its parts blames the client for is no failure of ours. */
function codeOfStatus(error: unknown): ErrorCode {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined
  if (typeof status !== 'number' || status < 400 || status > 499) return 'internal'
  return status === 403 || status === 404 ? 'not-found' : 'invalid-input'
}

const frameworkErrors: Record<string, ErrorCode | undefined> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid-input',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid-input',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid-input',
  FST_ERR_NOT_FOUND: 'not-found',
}

/** Errors that any request can meet. */
const always = ['invalid-input', 'rate-limited', 'internal', 'not-ready'] as const satisfies ErrorCode[]
const onUnsafe = ['origin-refused', 'body-too-large', 'unsupported-media-type'] as const satisfies ErrorCode[]

/** The error responses of a route for the API's description: those that any request can meet, and its own. */
export function problemResponses(unsafe: boolean, ...own: ErrorCode[]) {
  const codes = [...new Set<ErrorCode>([...always, ...(unsafe ? onUnsafe : []), ...own])]
  const byStatus = Map.groupBy(codes, (code) => errors[code].status)
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      status,
      {
        description: list.map((code) => `\`${code}\`: ${errors[code].sentence}`).join('\n\n'),
        content: { 'application/problem+json': { schema: problem } },
      },
    ]),
  )
}
