import { readFileSync } from 'node:fs'
import { BlockList, isIP, isIPv6 } from 'node:net'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { type CheckpointsConfig, readCheckpoints } from './audit/destinations/config.ts'
import { isWebhookSecret } from './webhooks/sign.ts'

/** What the media workers need to know. */
export interface MediaConfig {
  /** The mediasoup worker executable. */
  workerBinary: string
  /** How many workers run. */
  workers: number
  /** The address they listen on. */
  host: string
  /** The address clients are told, where it differs from `host`. */
  announcedAddress: string | null
  /** Worker i listens on `port + i`, for UDP and for TCP; 0 takes any free port. */
  port: number
  udp: boolean
  tcp: boolean
  /** A coturn that shares `secret` with us (its `use-auth-secret`). Never printed. */
  turn: { urls: readonly string[]; secret: string } | null
}

/** The mail server that messages go out by, and as whom. The password is never printed. */
export interface MailConfig {
  host: string
  port: number
  /** From the first byte (RFC 8314), by STARTTLS or not at all, or, on this machine alone, none. */
  tls: 'from-start' | 'required' | 'none'
  credentials: { user: string; pass: string } | null
  from: { name: string; address: string }
}

/** Where the key is that wraps all others. Tokens and secrets of it are never printed. */
export type RootKeyConfig =
  | { provider: 'file' }
  | {
      provider: 'aws-kms'
      keyId: string
      region: string
      endpoint: string
      credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string | null }
    }
  | { provider: 'vault-transit'; url: string; token: string; mount: string; key: string }

/** Everything that can be configured, checked once; the rest of the server takes plain values from it. */
export interface Config {
  /** Absolute path of the data folder. */
  dataDir: string
  host: string
  /** 0 takes any free port. */
  port: number
  /** The origin people use; null on loopback: `http://localhost:<port>`. */
  publicUrl: string | null
  /** Addresses and CIDR ranges whose `X-Forwarded-*` headers are believed. */
  trustedProxies: readonly string[]
  tls: { certFile: string; keyFile: string } | null
  /** A PostgreSQL of the owner's; null runs the embedded one in the data folder. */
  databaseUrl: string | null
  rootKey: RootKeyConfig
  media: MediaConfig
  /** Null: no mail is sent. */
  mail: MailConfig | null
  /** Where checkpoints of the audit log are kept outside the database: in a folder, and wherever else is said. */
  checkpoints: CheckpointsConfig
  /** Whether webhooks that organizations set up may go to addresses that are not of the internet. */
  webhookPrivateAddresses: 'refuse' | 'allow'
  logLevel: z.infer<typeof logLevel>
}

/** A configuration that cannot be used. Names keys and what is wrong with them, never their values. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`Curtain cannot start with this configuration:\n${problems.map((line) => `  ${line}`).join('\n')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

const logLevel = z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])

const text = z.string().trim().min(1)
const flag = z.union([z.boolean(), z.stringbool()])
const wholeNumber = (min: number, max: number) =>
  z.union([z.number(), z.string().trim().regex(/^\d+$/).transform(Number)]).pipe(z.number().int().min(min).max(max))
const port = wholeNumber(0, 65535)
const list = z.union([
  z.array(text),
  text.transform((value) => value.split(',').map((part) => part.trim()).filter((part) => part !== '')),
])
const address = text.refine((value) => value === 'localhost' || isIP(value) !== 0, 'must be an IP address or localhost')
const range = text.refine(isAddressRange, 'must be IP addresses or CIDR ranges, separated by commas, and not everybody')

/** What keys are sent to goes by TLS, but on this machine. */
const service = z.url({ protocol: /^https?$/ }).refine((value) => {
  const { protocol, hostname } = new URL(value)
  return protocol === 'https:' || isLoopback(hostname.replace(/^\[|\]$/g, ''))
}, 'must be https, but on this machine alone')

const smtpServer = z.url({ protocol: /^smtps?$/ }).transform((value, context) => {
  const { protocol, hostname, port: given, username, password, pathname, search, hash } = new URL(value)
  const fromStart = protocol === 'smtps:'
  try {
    if (hostname !== '' && pathname.length <= 1 && search === '' && hash === '') {
      return {
        host: hostname.replace(/^\[|\]$/g, ''),
        port: given === '' ? (fromStart ? 465 : 587) : Number(given),
        fromStart,
        credentials: username === '' ? null : { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
      }
    }
  } catch {
    // Percent signs that encode nothing.
  }
  context.addIssue({
    code: 'custom',
    message: 'must be smtp(s)://user:password@host:port and nothing behind it, with special signs percent-encoded',
  })
  return z.NEVER
})

/** An address, or a name and an address: `Harbor Clinic <visits@harbor.example>`. */
const mailbox = text.transform((value, context) => {
  const [, name, inBrackets] = /^([^<>"]*?)\s*<([^<>]+)>$/.exec(value) ?? []
  const read = z.email().safeParse(inBrackets ?? value)
  if (read.success) return { name: name ?? '', address: read.data }
  context.addIssue({ code: 'custom', message: 'must be an e-mail address, or a name and one: Clinic <visits@clinic.example>' })
  return z.NEVER
})

/** The names are those of curtain.json; as a variable `publicUrl` is CURTAIN_PUBLIC_URL, and so on. */
const settings = z.strictObject({
  host: address.default('127.0.0.1'),
  port: port.default(8080),
  publicUrl: z.url({ protocol: /^https?$/ }).transform((value) => new URL(value)).optional(),
  trustedProxies: list.pipe(z.array(range)).default([]),
  tlsCertFile: text.optional(),
  tlsKeyFile: text.optional(),
  databaseUrl: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  rootKey: z.enum(['file', 'aws-kms', 'vault-transit']).default('file'),
  awsKmsKey: text.optional(),
  awsKmsEndpoint: service.optional(),
  awsRegion: text.regex(/^[a-z0-9-]+$/, 'must be a region, such as eu-central-1').optional(),
  awsAccessKeyId: text.optional(),
  awsSecretAccessKey: text.optional(),
  awsSessionToken: text.optional(),
  vaultUrl: service.optional(),
  vaultToken: text.optional(),
  vaultMount: text.regex(/^[\w-]+(\/[\w-]+)*$/, 'must be the path of the mount').default('transit'),
  vaultKey: text.optional(),
  mediaWorker: text.optional(),
  mediaWorkers: wholeNumber(1, 256).default(availableParallelism()),
  mediaHost: address.optional(),
  mediaAnnouncedAddress: text.optional(),
  mediaPort: port.optional(),
  mediaUdp: flag.default(true),
  mediaTcp: flag.default(true),
  turnUrls: list.pipe(z.array(z.string().regex(/^turns?:/, 'must begin with turn: or turns:'))).default([]),
  turnSecret: text.optional(),
  smtpUrl: smtpServer.optional(),
  mailFrom: mailbox.optional(),
  checkpointDir: text.optional(),
  checkpointS3Bucket: text.regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket').optional(),
  checkpointS3Region: text.regex(/^[a-z0-9-]+$/, 'must be a region, such as eu-central-1').default('us-east-1'),
  checkpointS3Endpoint: service.optional(),
  checkpointS3AccessKeyId: text.optional(),
  checkpointS3SecretAccessKey: text.optional(),
  checkpointS3Prefix: text.regex(/^[\w.-]+(\/[\w.-]+)*\/?$/, 'must be the beginning of keys, such as checkpoints/').default('checkpoints/'),
  checkpointS3RetainDays: wholeNumber(1, 36_500).default(2192),
  checkpointWebhookUrl: service.optional(),
  checkpointWebhookSecret: text.refine(isWebhookSecret, 'must be whsec_ and 24 to 64 random bytes in base64').optional(),
  webhookPrivateAddresses: z.enum(['refuse', 'allow']).default('refuse'),
  logLevel: logLevel.default('info'),
})
type Settings = z.output<typeof settings>

/** Those whose values are secrets, or hold one. */
const secretSettings: readonly (keyof Settings)[] = [
  'databaseUrl', 'smtpUrl', 'turnSecret', 'awsSecretAccessKey', 'awsSessionToken', 'vaultToken', 'checkpointS3SecretAccessKey',
  'checkpointWebhookUrl', 'checkpointWebhookSecret',
]

/** The names of all settings as variables. */
export const settingVariables: readonly string[] = ['dataDir', ...Object.keys(settings.shape)].map(variableName)

const repository = resolve(import.meta.dirname, '../..')

/**
 * Reads the configuration: `CURTAIN_*` variables over `curtain.json` in the data folder. The one place that looks at
 * the environment. Secrets are taken out of it: the programs that are started later inherit it, and media workers face
 * the network.
 * @param defaults what this way of starting takes where nothing is said, such as the demo's own data folder
 * @throws ConfigError
 */
export function readConfig(
  defaults: { dataDir?: string; logLevel?: Config['logLevel'] } = {},
  environment: NodeJS.ProcessEnv = process.env,
): Config {
  const dataDir = resolve(environment['CURTAIN_DATA_DIR'] || (defaults.dataDir ?? './data'))
  const fromFile = readSettingsFile(join(dataDir, 'curtain.json'))
  const fromVariables: Record<string, string> = {}
  for (const key of Object.keys(settings.shape)) {
    const value = environment[variableName(key)]
    if (value !== undefined && value.trim() !== '') fromVariables[key] = value
  }
  for (const key of secretSettings) delete environment[variableName(key)]
  const parsed = settings.safeParse({ ...(defaults.logLevel === undefined ? {} : { logLevel: defaults.logLevel }), ...fromFile, ...fromVariables })
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => {
        const key = String(issue.path[0] ?? '')
        if (issue.code === 'unrecognized_keys') return `curtain.json: ${issue.keys.join(', ')}: not a known setting`
        const name = key in fromVariables ? variableName(key) : `curtain.json: ${key}`
        return `${name}: ${issue.code === 'custom' || issue.code === 'invalid_format' ? issue.message : 'not a valid value'}`
      }),
    )
  }
  return assemble(dataDir, parsed.data, environment['MEDIASOUP_WORKER_BIN'])
}

function assemble(dataDir: string, given: Settings, mediasoupWorkerBinary: string | undefined): Config {
  const problems: string[] = []
  const refuse = (key: keyof Settings, sentence: string) => problems.push(`${variableName(key)}: ${sentence}`)

  const tls =
    given.tlsCertFile !== undefined && given.tlsKeyFile !== undefined
      ? { certFile: given.tlsCertFile, keyFile: given.tlsKeyFile }
      : null
  if ((given.tlsCertFile === undefined) !== (given.tlsKeyFile === undefined)) {
    refuse(given.tlsCertFile === undefined ? 'tlsCertFile' : 'tlsKeyFile', 'is needed beside the other TLS file')
  }
  const loopback = isLoopback(given.host)
  const proxied = given.trustedProxies.length > 0
  if (!loopback && tls === null && !proxied) {
    refuse('host', 'another address than loopback needs CURTAIN_TLS_CERT_FILE and CURTAIN_TLS_KEY_FILE, '
      + 'or the reverse proxy that does TLS in CURTAIN_TRUSTED_PROXIES')
  }

  const url = given.publicUrl
  if (url === undefined) {
    if (!loopback || tls !== null || proxied) refuse('publicUrl', 'is needed: the https:// address people will open')
  } else {
    if (url.origin !== url.href.replace(/\/$/, '')) refuse('publicUrl', 'must be an origin, without path or query')
    if (url.protocol === 'http:' && !(isLoopback(url.hostname.replace(/^\[|\]$/g, '')) && tls === null)) {
      refuse('publicUrl', 'must be https, but on this machine alone')
    }
    if (url.protocol === 'https:' && tls === null && !proxied) {
      refuse('trustedProxies', 'is needed: https without TLS files means that a proxy does TLS; say which')
    }
  }

  const mediaHost = given.mediaHost ?? (loopback ? '127.0.0.1' : given.host)
  if ((mediaHost === '0.0.0.0' || mediaHost === '::') && given.mediaAnnouncedAddress === undefined) {
    refuse('mediaAnnouncedAddress', 'is needed: clients cannot send media to an unspecified address')
  }
  // On this machine alone any port does; a firewall needs to know.
  const mediaPort = given.mediaPort ?? (isLoopback(mediaHost) ? 0 : 40_000)
  if (mediaPort !== 0 && mediaPort + given.mediaWorkers - 1 > 65535) {
    refuse('mediaPort', 'leaves no room for one port per media worker')
  }
  if (!given.mediaUdp && !given.mediaTcp) refuse('mediaUdp', 'and CURTAIN_MEDIA_TCP cannot both be off')
  if (given.turnUrls.length > 0 !== (given.turnSecret !== undefined)) {
    refuse(given.turnSecret === undefined ? 'turnSecret' : 'turnUrls', 'is needed beside the other TURN setting')
  }
  const workerBinary = given.mediaWorker ?? mediasoupWorkerBinary ?? installedMediaWorker()
  if (workerBinary === null) {
    refuse('mediaWorker', 'no media worker is installed; run `npm start` or `npm run demo`, which set one up')
  }
  const rootKey = readRootKey(given, refuse)
  const mail = readMail(given, refuse)
  const checkpoints = readCheckpoints(dataDir, given, refuse)
  if (problems.length > 0 || workerBinary === null || rootKey === null) throw new ConfigError(problems)

  return {
    dataDir,
    host: given.host,
    port: given.port,
    publicUrl: url?.origin ?? null,
    trustedProxies: given.trustedProxies,
    tls,
    databaseUrl: given.databaseUrl ?? null,
    rootKey,
    media: {
      workerBinary,
      workers: given.mediaWorkers,
      host: mediaHost === 'localhost' ? '127.0.0.1' : mediaHost,
      announcedAddress: given.mediaAnnouncedAddress ?? null,
      port: mediaPort,
      udp: given.mediaUdp,
      tcp: given.mediaTcp,
      turn: given.turnSecret === undefined ? null : { urls: given.turnUrls, secret: given.turnSecret },
    },
    mail,
    checkpoints,
    webhookPrivateAddresses: given.webhookPrivateAddresses,
    logLevel: given.logLevel,
  }
}

/** Mail says who signed in and asks people to come: it goes by TLS, but on this machine. */
function readMail(
  { smtpUrl, mailFrom }: Settings,
  refuse: (key: keyof Settings, sentence: string) => void,
): MailConfig | null {
  if (smtpUrl === undefined && mailFrom === undefined) return null
  if (smtpUrl === undefined || mailFrom === undefined) {
    refuse(smtpUrl === undefined ? 'smtpUrl' : 'mailFrom', 'is needed beside the other mail setting')
    return null
  }
  const { host, port, fromStart, credentials } = smtpUrl
  const tls = fromStart ? 'from-start' : isLoopback(host) ? 'none' : 'required'
  return { host, port, tls, credentials, from: mailFrom }
}

/** @returns null when something of it is missing, and was refused */
function readRootKey(given: Settings, refuse: (key: keyof Settings, sentence: string) => void): RootKeyConfig | null {
  const need = (key: keyof Settings) => refuse(key, `is needed beside CURTAIN_ROOT_KEY=${given.rootKey}`)
  if (given.rootKey === 'aws-kms') {
    const { awsKmsKey, awsRegion, awsAccessKeyId, awsSecretAccessKey, awsSessionToken, awsKmsEndpoint } = given
    if (awsKmsKey === undefined) need('awsKmsKey')
    if (awsRegion === undefined) need('awsRegion')
    if (awsAccessKeyId === undefined) need('awsAccessKeyId')
    if (awsSecretAccessKey === undefined) need('awsSecretAccessKey')
    if (awsKmsKey === undefined || awsRegion === undefined) return null
    if (awsAccessKeyId === undefined || awsSecretAccessKey === undefined) return null
    return {
      provider: 'aws-kms',
      keyId: awsKmsKey,
      region: awsRegion,
      endpoint: awsKmsEndpoint ?? `https://kms.${awsRegion}.amazonaws.com`,
      credentials: {
        accessKeyId: awsAccessKeyId,
        secretAccessKey: awsSecretAccessKey,
        sessionToken: awsSessionToken ?? null,
      },
    }
  }
  if (given.rootKey === 'vault-transit') {
    const { vaultUrl, vaultToken, vaultMount, vaultKey } = given
    if (vaultUrl === undefined) need('vaultUrl')
    if (vaultToken === undefined) need('vaultToken')
    if (vaultKey === undefined) need('vaultKey')
    if (vaultUrl === undefined || vaultToken === undefined || vaultKey === undefined) return null
    return { provider: 'vault-transit', url: vaultUrl, token: vaultToken, mount: vaultMount, key: vaultKey }
  }
  return { provider: 'file' }
}

/** The worker that the set-up installed, by the one-line file it leaves. */
function installedMediaWorker(): string | null {
  try {
    return readFileSync(join(repository, 'node_modules/.cache/curtain/media-worker'), 'utf8').trim() || null
  } catch {
    return null
  }
}

function readSettingsFile(file: string): Record<string, unknown> {
  let content: string
  try {
    content = readFileSync(file, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return {}
    throw new ConfigError(['curtain.json: cannot be read'])
  }
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(content))
  } catch {
    // The parser's own message quotes the file, which may hold a secret.
    throw new ConfigError(['curtain.json: must be one JSON object'])
  }
}

function variableName(key: string): string {
  return `CURTAIN_${key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}

/** Whether only this machine can reach an address to listen on. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true
  const family = isIP(host)
  if (family === 0) return false
  const loopback = new BlockList()
  loopback.addSubnet('127.0.0.0', 8, 'ipv4')
  loopback.addAddress('::1', 'ipv6')
  return loopback.check(host, family === 6 ? 'ipv6' : 'ipv4')
}

function isAddressRange(value: string): boolean {
  const [base = '', bits, ...rest] = value.split('/')
  if (isIP(base) === 0 || rest.length > 0) return false
  // A range of everybody would let every client say what its address is, past all limits and into /metrics.
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) > 0 && Number(bits) <= (isIPv6(base) ? 128 : 32))
}
