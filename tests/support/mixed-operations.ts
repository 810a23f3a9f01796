import { randomBytes } from 'node:crypto'
import { makeId, patient, team, visitCreated } from '@curtain/protocol'
import type { Browser } from './server.ts'

/** What an operation has on record, and about what: each here is done once to each id. */
interface Expected {
  type: string
  target: string
}

export interface Operations {
  /** Answered: on record exactly once. */
  acknowledged: Expected[]
  /** Asked, and never answered: on record once or not at all. */
  unanswered: Expected[]
  /** The same of what makes something, whose id nobody was told: by type. */
  madeUnanswered: string[]
}

interface Options {
  count: number
  clients: number
  /** Resolves while the server can be asked. */
  whenUp: () => Promise<void>
  /** Told after each answer, with how many there were. */
  onAnswer: (answered: number) => void
}

/** The server was not there, went away before it answered, or could not say. */
class Unanswered extends Error {}

/** Many at once plan visits with patients, read, change and cancel them, and are refused, for as long as it takes. */
export async function mixOperations(browser: Browser, { count, clients, whenUp, onAnswer }: Options): Promise<Operations> {
  const done: Operations = { acknowledged: [], unanswered: [], madeUnanswered: [] }

  async function ask(address: string, method: string, path: string, body?: unknown, status = 200): Promise<unknown> {
    await whenUp()
    try {
      const response = await browser.request(method, path, body, { 'x-forwarded-for': address })
      const answer = response.status === 204 ? null : await response.json()
      // The database went away: what was asked may be done or not.
      if (response.status === 503) throw new Unanswered()
      if (response.status !== status) throw new Error(`${method} ${path} answered ${response.status} ${JSON.stringify(answer)}`)
      return answer
    } catch (error) {
      // What fetch and reading fail with when the connection breaks.
      if (error instanceof TypeError || error instanceof SyntaxError) throw new Unanswered()
      throw error
    }
  }

  function acknowledge(expected: Expected): void {
    done.acknowledged.push(expected)
    onAnswer(done.acknowledged.length)
  }

  /** One client: from one address, one after the other. */
  async function client(address: string): Promise<void> {
    const about = async (type: string, target: string, ...request: [method: string, path: string, body?: unknown, status?: number]) => {
      try {
        await ask(address, ...request)
        acknowledge({ type, target })
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error
        done.unanswered.push({ type, target })
      }
    }
    const make = async <Made>(type: string, path: string, body: unknown, read: (answer: unknown) => Made & { id: string }): Promise<Made | null> => {
      try {
        const made = read(await ask(address, 'POST', path, body, 201))
        acknowledge({ type, target: made.id })
        return made
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error
        done.madeUnanswered.push(type)
        return null
      }
    }
    const isDone = () => done.acknowledged.length >= count
    while (!isDone()) {
      const made = await make('patient.created', '/v1/patients', { name: 'Ann Lee' }, (answer) => patient.parse(answer))
      if (made === null) continue
      await about('patient.read', made.id, 'GET', `/v1/patients/${made.id}`)
      await about('patient.changed', made.id, 'PATCH', `/v1/patients/${made.id}`, { phone: '555 010 0199' })
      const plan = { patient: { id: made.id }, startsAt: new Date().toISOString() }
      const visit = await make('visit.created', '/v1/visits', plan, (answer) => visitCreated.parse(answer).visit)
      if (visit !== null) {
        await about('visit.read', visit.id, 'GET', `/v1/visits/${visit.id}`)
        await about('visit.changed', visit.id, 'PATCH', `/v1/visits/${visit.id}`, { durationMinutes: 45 })
        await about('visit.cancelled', visit.id, 'POST', `/v1/visits/${visit.id}/cancel`)
      }
      await make('team.created', '/v1/teams', { name: randomBytes(8).toString('hex') }, (answer) => team.parse(answer))
      // Nobody's, so that it is refused once and no other time.
      const glass = makeId('breakGlass', Date.now(), randomBytes(10))
      const review = { outcome: 'justified', comment: '' }
      await about('access.denied', glass, 'POST', `/v1/break-glass/${glass}/review`, review, 403)
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, index) => client(`192.0.2.${index + 1}`)))
  return done
}
