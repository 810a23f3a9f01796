import { RootKeyError } from './root-key.ts'

/** Longer than any key service takes that works. */
const patienceMs = 10_000

/** The JSON answer of a key service, whatever its status. */
export interface ServiceAnswer {
  status: number
  body: unknown
}

/**
 * Posts to the service that has the root key. Redirects are not followed: they would take the credentials along.
 * @param service how the operator knows it, for the sentence of a failure
 * @throws RootKeyError `unreachable` when there is no answer, or one that says to come back later
 */
export async function postToService(
  service: string,
  url: URL,
  headers: Record<string, string>,
  body: string,
): Promise<ServiceAnswer> {
  let answer: ServiceAnswer
  try {
    const response = await fetch(url, {
      method: 'POST', headers, body, redirect: 'error', signal: AbortSignal.timeout(patienceMs),
    })
    const text = await response.text()
    answer = { status: response.status, body: parseJson(text) }
  } catch (cause) {
    throw new RootKeyError(
      'unreachable',
      `${service} at ${url.host} does not answer. Without it the keys cannot be opened: check the network and the address.`,
      cause,
    )
  }
  if (answer.status >= 500 || answer.status === 429) {
    throw new RootKeyError('unreachable', `${service} at ${url.host} cannot answer now (HTTP ${answer.status}).`)
  }
  return answer
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
