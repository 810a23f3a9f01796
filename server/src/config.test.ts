import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { ConfigError, isLoopback, readConfig } from './config.ts'

let environment: Record<string, string>

beforeEach(() => {
  environment = { CURTAIN_DATA_DIR: mkdtempSync(join(tmpdir(), 'curtain-config-')), CURTAIN_MEDIA_WORKER: '/bin/worker' }
})

function problems(more: Record<string, string>): readonly string[] {
  try {
    readConfig({}, { ...environment, ...more })
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

test('without settings it serves on loopback, with a database of its own', () => {
  const config = readConfig({}, environment)
  expect(config).toMatchObject({ host: '127.0.0.1', port: 8080, publicUrl: null, databaseUrl: null, tls: null })
  expect(config.media).toMatchObject({ host: '127.0.0.1', port: 0, udp: true, tcp: true, turn: null })
})

test('a variable goes before the file', () => {
  const dataDir = environment['CURTAIN_DATA_DIR'] ?? ''
  writeFileSync(join(dataDir, 'curtain.json'), JSON.stringify({ port: 9001, logLevel: 'debug' }))
  const config = readConfig({}, { ...environment, CURTAIN_PORT: '9002' })
  expect(config).toMatchObject({ port: 9002, logLevel: 'debug' })
})

test('an unknown setting in the file is refused by its name', () => {
  const dataDir = environment['CURTAIN_DATA_DIR'] ?? ''
  writeFileSync(join(dataDir, 'curtain.json'), JSON.stringify({ prot: 1 }))
  expect(problems({})).toEqual(['curtain.json: prot: not a known setting'])
})

test.each([
  ['CURTAIN_PORT', '70000'],
  ['CURTAIN_PORT', 'eighty'],
  ['CURTAIN_HOST', 'clinic.example'],
  ['CURTAIN_MEDIA_UDP', 'maybe'],
  ['CURTAIN_TRUSTED_PROXIES', '10.0.0.0/40'],
  ['CURTAIN_TRUSTED_PROXIES', '0.0.0.0/0'],
  ['CURTAIN_DATABASE_URL', 'mysql://user:hunter2@host/db'],
  ['CURTAIN_LOG_LEVEL', 'loud'],
])('%s is named when it is wrong, and its value is not', (name, value) => {
  const [problem = ''] = problems({ [name]: value })
  expect(problem).toContain(name)
  expect(problem).not.toContain(value)
})

test('another address than loopback needs TLS or a declared proxy', () => {
  const [problem = ''] = problems({ CURTAIN_HOST: '0.0.0.0', CURTAIN_PUBLIC_URL: 'https://visits.example', CURTAIN_MEDIA_HOST: '127.0.0.1' })
  expect(problem).toMatch(/^CURTAIN_HOST: .*CURTAIN_TLS_CERT_FILE.*CURTAIN_TRUSTED_PROXIES/)
  const proxied = { CURTAIN_TRUSTED_PROXIES: '10.1.0.0/16, ::1', CURTAIN_MEDIA_ANNOUNCED_ADDRESS: '192.0.2.1' }
  expect(problems({ CURTAIN_HOST: '0.0.0.0', CURTAIN_PUBLIC_URL: 'https://visits.example', ...proxied })).toEqual([])
})

test('a public address over http is refused, but on this machine', () => {
  expect(problems({ CURTAIN_PUBLIC_URL: 'http://visits.example' })).toEqual([
    'CURTAIN_PUBLIC_URL: must be https, but on this machine alone',
  ])
  expect(problems({ CURTAIN_PUBLIC_URL: 'http://localhost:9000' })).toEqual([])
})

test('half of a pair of settings is refused', () => {
  expect(problems({ CURTAIN_TURN_URLS: 'turn:relay.example' })).toEqual(['CURTAIN_TURN_SECRET: is needed beside the other TURN setting'])
  expect(problems({ CURTAIN_TLS_CERT_FILE: 'cert.pem', CURTAIN_PUBLIC_URL: 'https://a.example', CURTAIN_TRUSTED_PROXIES: '::1' })).toEqual([
    'CURTAIN_TLS_KEY_FILE: is needed beside the other TLS file',
  ])
})

test('loopback is 127.0.0.0/8, ::1 and localhost', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].every(isLoopback)).toBe(true)
  expect(['0.0.0.0', '::', '10.0.0.1', '128.0.0.1', 'localhost.example'].some(isLoopback)).toBe(false)
})

test('secrets do not stay in the environment, which other programs inherit', () => {
  const given = {
    ...environment,
    CURTAIN_DATABASE_URL: 'postgres://curtain:hunter2@localhost/curtain',
    CURTAIN_TURN_URLS: 'turn:relay.example',
    CURTAIN_TURN_SECRET: 'hunter2',
  }
  const databaseUrl = given.CURTAIN_DATABASE_URL
  expect(readConfig({}, given)).toMatchObject({ databaseUrl, media: { turn: { secret: 'hunter2' } } })
  expect(JSON.stringify(given)).not.toContain('hunter2')
})

test('the root key is in a file unless a service is named, and then all that the service needs is asked for', () => {
  expect(readConfig({}, environment).rootKey).toEqual({ provider: 'file' })
  expect(problems({ CURTAIN_ROOT_KEY: 'vault-transit', CURTAIN_VAULT_URL: 'https://vault.example:8200' })).toEqual([
    'CURTAIN_VAULT_TOKEN: is needed beside CURTAIN_ROOT_KEY=vault-transit',
    'CURTAIN_VAULT_KEY: is needed beside CURTAIN_ROOT_KEY=vault-transit',
  ])
  expect(problems({ CURTAIN_ROOT_KEY: 'aws-kms' })).toEqual(
    ['AWS_KMS_KEY', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'].map(
      (name) => `CURTAIN_${name}: is needed beside CURTAIN_ROOT_KEY=aws-kms`,
    ),
  )
  expect(problems({ CURTAIN_ROOT_KEY: 'stone' })).toEqual(['CURTAIN_ROOT_KEY: not a valid value'])
})

test('keys go to a service by TLS alone, but on this machine', () => {
  const vault = (url: string) =>
    problems({ CURTAIN_ROOT_KEY: 'vault-transit', CURTAIN_VAULT_URL: url, CURTAIN_VAULT_TOKEN: 't', CURTAIN_VAULT_KEY: 'k' })
  expect(vault('http://vault.example:8200')).toEqual(['CURTAIN_VAULT_URL: must be https, but on this machine alone'])
  for (const url of ['https://vault.example:8200', 'http://127.0.0.1:8200', 'http://[::1]:8200']) expect(vault(url)).toEqual([])
})

test('the secrets of a key service are taken out of the environment', () => {
  const given = {
    ...environment, CURTAIN_ROOT_KEY: 'aws-kms', CURTAIN_AWS_KMS_KEY: 'alias/curtain', CURTAIN_AWS_REGION: 'eu-central-1',
    CURTAIN_AWS_ACCESS_KEY_ID: 'AKID', CURTAIN_AWS_SECRET_ACCESS_KEY: 'hidden', CURTAIN_AWS_SESSION_TOKEN: 'hidden',
  }
  expect(readConfig({}, given).rootKey).toEqual({
    provider: 'aws-kms', keyId: 'alias/curtain', region: 'eu-central-1', endpoint: 'https://kms.eu-central-1.amazonaws.com',
    credentials: { accessKeyId: 'AKID', secretAccessKey: 'hidden', sessionToken: 'hidden' },
  })
  expect(Object.values(given)).not.toContain('hidden')
})

test.each([
  ['smtp://mail.harbor.example', { host: 'mail.harbor.example', port: 587, tls: 'required', credentials: null }],
  ['smtps://mail.harbor.example', { host: 'mail.harbor.example', port: 465, tls: 'from-start', credentials: null }],
  ['smtp://127.0.0.1:2525', { host: '127.0.0.1', port: 2525, tls: 'none', credentials: null }],
  ['smtp://[::1]:2525', { host: '::1', port: 2525, tls: 'none', credentials: null }],
  ['smtp://visits%40harbor.example:p%20%40ss@10.0.0.1:25', {
    host: '10.0.0.1', port: 25, tls: 'required', credentials: { user: 'visits@harbor.example', pass: 'p @ss' },
  }],
])('mail goes by %s', (url, mail) => {
  const config = readConfig({}, { ...environment, CURTAIN_SMTP_URL: url, CURTAIN_MAIL_FROM: 'Harbor Clinic <visits@harbor.example>' })
  expect(config.mail).toEqual({ ...mail, from: { name: 'Harbor Clinic', address: 'visits@harbor.example' } })
})

test('without a mail server there is no mail', () => {
  expect(readConfig({}, environment).mail).toBeNull()
  expect(problems({ CURTAIN_SMTP_URL: 'smtp://mail.harbor.example' })).toEqual(['CURTAIN_MAIL_FROM: is needed beside the other mail setting'])
  expect(problems({ CURTAIN_MAIL_FROM: 'visits@harbor.example' })).toEqual(['CURTAIN_SMTP_URL: is needed beside the other mail setting'])
})

test.each(['smtp://mail.harbor.example/path', 'smtp://mail.harbor.example?tls=no', 'smtp://u:100%@mail.harbor.example', 'https://mail.harbor.example', 'mail.harbor.example'])(
  'the mail server %s is refused without being repeated',
  (url) => {
    const [problem = ''] = problems({ CURTAIN_SMTP_URL: url, CURTAIN_MAIL_FROM: 'visits@harbor.example' })
    expect(problem).toMatch(/^CURTAIN_SMTP_URL: /)
    expect(problem).not.toContain('harbor')
  },
)

test.each(['Harbor Clinic', 'visits@', 'a@harbor.example, b@harbor.example', 'Harbor <a@harbor.example> <b@harbor.example>'])(
  'mail cannot come from %s',
  (from) => {
    expect(problems({ CURTAIN_SMTP_URL: 'smtp://mail.harbor.example', CURTAIN_MAIL_FROM: from })[0]).toMatch(/^CURTAIN_MAIL_FROM: must be an e-mail/)
  },
)

test('the password of the mail server is taken out of the environment', () => {
  const given: Record<string, string> = { ...environment, CURTAIN_SMTP_URL: 'smtp://u:p@mail.harbor.example', CURTAIN_MAIL_FROM: 'a@harbor.example' }
  readConfig({}, given)
  expect(given).not.toHaveProperty('CURTAIN_SMTP_URL')
})

test('checkpoints of the audit log go into a folder beside the data, and wherever else is said', () => {
  expect(readConfig({}, environment).checkpoints).toEqual({
    folder: join(environment['CURTAIN_DATA_DIR'] ?? '', 'checkpoints'), s3: null, webhook: null,
  })
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  const more = {
    CURTAIN_CHECKPOINT_DIR: '/mnt/other/checkpoints', CURTAIN_CHECKPOINT_S3_BUCKET: 'harbor-checkpoints',
    CURTAIN_CHECKPOINT_S3_ACCESS_KEY_ID: 'id', CURTAIN_CHECKPOINT_S3_SECRET_ACCESS_KEY: 'key', CURTAIN_CHECKPOINT_S3_PREFIX: 'curtain',
    CURTAIN_CHECKPOINT_WEBHOOK_URL: 'https://keeper.example/checkpoints', CURTAIN_CHECKPOINT_WEBHOOK_SECRET: secret,
  }
  expect(readConfig({}, { ...environment, ...more }).checkpoints).toMatchObject({
    folder: '/mnt/other/checkpoints',
    s3: { bucket: 'harbor-checkpoints', endpoint: null, prefix: 'curtain/', retainDays: 2192 },
    webhook: { url: 'https://keeper.example/checkpoints', secret },
  })
})

test.each<{ given: Record<string, string>; said: RegExp[] }>([
  { given: { CURTAIN_CHECKPOINT_S3_BUCKET: 'harbor-checkpoints' }, said: [/S3_ACCESS_KEY_ID: is needed/, /S3_SECRET_ACCESS_KEY: is needed/] },
  { given: { CURTAIN_CHECKPOINT_S3_ACCESS_KEY_ID: 'id' }, said: [/S3_BUCKET: is needed/] },
  { given: { CURTAIN_CHECKPOINT_WEBHOOK_URL: 'https://keeper.example' }, said: [/WEBHOOK_SECRET: is needed/] },
  {
    given: { CURTAIN_CHECKPOINT_WEBHOOK_URL: 'http://keeper.example', CURTAIN_CHECKPOINT_WEBHOOK_SECRET: 'short' },
    said: [/WEBHOOK_URL: must be https/, /WEBHOOK_SECRET: must be whsec_/],
  },
])('half of a place for checkpoints is refused: $given', ({ given, said }) => {
  expect(problems(given)).toEqual(said.map((one) => expect.stringMatching(one)))
})
