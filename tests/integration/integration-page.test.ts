import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { admissionTicket, apiKeyCreated, apiKeyScope, clinicianList } from '@curtain/protocol'
import { expect, test } from 'vitest'
import { Browser, signInOwner, startTestServer } from '../support/server.ts'

// What docs/integration.md tells integrators to do works as it stands there.
const page = readFileSync(new URL('../../docs/integration.md', import.meta.url), 'utf8')
const blockOf = (language: string) => page.split(`\`\`\`${language}\n`)[1]?.split('```')[0] ?? ''
const run = promisify(execFile)

test('the examples of the page run, one after the other, and lead somebody into the waiting room', async () => {
  await using curtain = await startTestServer()
  const { browser } = await signInOwner(curtain)
  const made = await browser.post('/v1/api-keys', { name: 'Portal', scopes: apiKeyScope.options.slice() })
  const { apiKey, secret } = apiKeyCreated.parse(await made.json())
  const env = { ...process.env, origin: curtain.url, key: `${apiKey.id}:${secret}` }

  const { stdout: first } = await run('bash', ['-e', '-c', blockOf('sh')], { env })
  expect(clinicianList.parse(JSON.parse(first.slice(0, first.indexOf(']}') + 2))).clinicians).toMatchObject([{ name: 'Dana Whitfield' }])
  expect(first).toContain('"recordNumber":"A-1042"')

  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', blockOf('js')], { env })
  const address = new URL(stdout.trim())
  expect(address.href).toMatch(new RegExp(`^${curtain.url}/v/vis_\\w+#token=`))
  const token = address.hash.replace('#token=', '')
  const answer = await new Browser(curtain.url).post('/v1/room-tokens/exchange', { token })
  expect(admissionTicket.parse(await answer.json()).participant).toMatchObject({ role: 'patient', displayName: 'Ann Lee', admission: 'waiting' })
})
