// How long signing in takes, one at a time and many at once, and that a refusal takes as long for whoever is unknown.
import { parseArgs } from 'node:util'
import { protectionChanged, type SignInStep, signInLinkResult, signInStep, userCreated, webAuthnOptions } from '@curtain/protocol'
import { startCurtain } from '@curtain/tests/support/curtain.ts'
import { ask } from '@curtain/tests/support/sign-in.ts'
import { SoftwareAuthenticator } from '@curtain/tests/support/software-authenticator.ts'
import { owner, Staff } from '@curtain/tests/support/staff.ts'
import { temporaryFolder } from '@curtain/tests/support/temporary-folder.ts'
import { hashPassword } from '../server/src/users/passwords.ts'
import { type Answer, LoopbackAddresses, post } from './loopback-addresses.ts'
import { machineFacts } from './machine.ts'
import { markdownTable, progress } from './report.ts'
import { percentile } from './statistics.ts'

const { values: given } = parseArgs({
  options: { rounds: { type: 'string', default: '200' }, 'at-once': { type: 'string', default: '8' } },
})
const rounds = Number(given.rounds)
const atOnce = Number(given['at-once'])
/** Below what stops an address, and what stops an account. */
const refusals = Math.min(rounds, 70)

console.log(machineFacts())
using folder = temporaryFolder()
const curtain = await startCurtain(folder.path)
await using cleanup = new AsyncDisposableStack()
cleanup.defer(() => curtain.stop())
const staff = new Staff(curtain.url)
await staff.setUp(curtain)

const addresses = new LoopbackAddresses(5)
const from = (cookie?: string) => ({ localAddress: addresses.next(), ...(cookie === undefined ? {} : { cookie }) })
const step = ({ status, body }: Answer, next: SignInStep['next']) => {
  if (status !== 200 || signInStep.parse(body).next !== next) throw new Error(`signing in answered ${status}`)
}

/** Somebody with a passkey, which signs as often as it is asked. */
async function addKim() {
  const email = 'kim@harbor.example'
  const { link } = await ask(staff, userCreated, 'POST', '/v1/users', { name: 'Kim Roe', email, roles: ['scheduler'] })
  const kim = new Staff(curtain.url)
  await ask(kim, signInLinkResult, 'POST', '/v1/sign-in-links/exchange', { secret: new URL(link.url).hash.slice(1) })
  await ask(kim, protectionChanged, 'PUT', '/v1/me/password', { password: owner.password })
  const authenticator = new SoftwareAuthenticator(curtain.url)
  const { options } = await ask(kim, webAuthnOptions, 'POST', '/v1/me/passkeys/options')
  await ask(kim, protectionChanged, 'POST', '/v1/me/passkeys', { response: authenticator.create(options), name: 'Laptop' })
  return { email, authenticator }
}
const kim = await addKim()

async function byPassword(): Promise<void> {
  const { email, password } = owner
  step(await post(curtain.url, '/v1/sign-in', { email, password }, from()), 'none')
}

async function byPasskey(): Promise<void> {
  const { email, authenticator } = kim
  const signedIn = await post(curtain.url, '/v1/sign-in', { email, password: owner.password }, from())
  step(signedIn, 'second-factor')
  const asked = await post(curtain.url, '/v1/sign-in/passkey/options', {}, from(signedIn.cookie))
  const response = authenticator.get(webAuthnOptions.parse(asked.body).options)
  step(await post(curtain.url, '/v1/sign-in/passkey', { response }, from(signedIn.cookie)), 'none')
}

async function refused(email: string): Promise<void> {
  const { status } = await post(curtain.url, '/v1/sign-in', { email, password: 'not this one' }, from())
  if (status !== 401) throw new Error(`a wrong password answered ${status}`)
}

/** How long each of them takes, so many at a time. */
async function measure(what: string, run: () => Promise<void>, times: number, together = 1): Promise<number[]> {
  const measured: number[] = []
  let begun = 0
  const one = async () => {
    while (begun < times) {
      begun++
      const began = performance.now()
      await run()
      measured.push(performance.now() - began)
    }
  }
  await Promise.all(Array.from({ length: together }, one))
  progress(`${what}: ${percentile(measured, 0.5).toFixed(0)} ms`)
  return measured
}

await measure('warming up', byPassword, 10)
const measured: [string, number[]][] = [
  ['the hash of a password by itself', await measure('hash', async () => void (await hashPassword(owner.password)), rounds)],
  ['password', await measure('password', byPassword, rounds)],
  ['password and passkey', await measure('passkey', byPasskey, rounds)],
  [`password, ${atOnce} people at once`, await measure('at once', byPassword, rounds, atOnce)],
  ['refused: wrong password', await measure('wrong', () => refused(owner.email), refusals)],
  ['refused: nobody’s address', await measure('nobody', () => refused('nobody@harbor.example'), refusals)],
]
console.log(
  `\n${markdownTable(
    ['signing in', 'times', 'p50', 'p99'],
    measured.map(([what, all]) => [what, String(all.length), `${percentile(all, 0.5).toFixed(0)} ms`, `${percentile(all, 0.99).toFixed(0)} ms`]),
  )}`,
)
