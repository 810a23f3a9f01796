import { createHash, createHmac } from 'node:crypto'

export interface AwsCredentials {
  accessKeyId: string
  secretAccessKey: string
  /** Of temporary credentials. */
  sessionToken: string | null
}

export interface AwsRequest {
  method: 'POST' | 'GET'
  url: URL
  /** Those to be signed besides `host` and `x-amz-date`. */
  headers: Record<string, string>
  body: string
}

/**
 * Signs a request with AWS Signature Version 4.
 * Source: AWS Identity and Access Management User Guide, "Create a signed AWS API request".
 * @returns the headers to send; `host` is left to whoever sends it
 */
export function signAwsRequest(
  { method, url, headers, body }: AwsRequest,
  of: { credentials: AwsCredentials; region: string; service: string; now: Date },
): Record<string, string> {
  const { credentials, region, service } = of
  const time = of.now.toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const day = time.slice(0, 8)
  const sent = {
    ...headers,
    'x-amz-date': time,
    ...(credentials.sessionToken === null ? {} : { 'x-amz-security-token': credentials.sessionToken }),
  }
  const canonical = Object.entries({ ...sent, host: url.host })
    .map(([name, value]) => [name.toLowerCase(), value.trim().replaceAll(/ +/g, ' ')] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  const signedHeaders = canonical.map(([name]) => name).join(';')
  const request = [
    method,
    url.pathname,
    url.searchParams.toString(),
    ...canonical.map(([name, value]) => `${name}:${value}`),
    '',
    signedHeaders,
    sha256(body),
  ].join('\n')
  const scope = `${day}/${region}/${service}/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(request)].join('\n')
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${credentials.secretAccessKey}`)
  const signature = hmac(key, toSign).toString('hex')
  const authorization =
    `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, ` +
    `SignedHeaders=${signedHeaders}, Signature=${signature}`
  return { ...sent, authorization }
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest()
}
