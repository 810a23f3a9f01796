import { beforeEach, expect, test } from 'vitest'
import { createLog } from '../log.ts'
import { createSessionEndings, type Holder, type SessionEndings } from './endings.ts'
import { createSessionWatch, type SessionWatch, type Standing } from './watch.ts'

const holder = (name: string): Holder => ({ organizationId: 'org_1', userId: `usr_${name}`, sessionId: `ses_${name}`, address: '192.0.2.1' })
const [ann, ben] = [holder('ann'), holder('ben')]

let live: Holder[]
let leftVisits: string[]
let closed: string[]
let standings: Map<string, Standing | Error>
let asked: string[]
let endings: SessionEndings
let watch: SessionWatch

beforeEach(() => {
  ;[live, leftVisits, closed, asked] = [[], [], [], []]
  standings = new Map()
  endings = createSessionEndings({ endSession: (id) => leftVisits.push(id), holders: () => live })
  watch = createSessionWatch({
    endings,
    async standingOf({ sessionId }) {
      asked.push(sessionId)
      const standing = standings.get(sessionId) ?? 'good'
      if (standing instanceof Error) throw standing
      return standing
    },
    log: createLog('silent'),
  })
})

const follow = (who: Holder) => endings.onEnd(who, () => closed.push(who.sessionId))
/** What was asked is answered, and acted on. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('what is over is let go of, streams and visits; nothing else is even asked about', async () => {
  follow(ann)
  follow(ben)
  live = [ann]
  standings.set(ann.sessionId, 'over')
  watch.hear(`org_1 ${ann.sessionId}`)
  await settled()
  expect({ leftVisits, closed, asked }).toEqual({ leftVisits: ['ses_ann'], closed: ['ses_ann'], asked: ['ses_ann'] })
})

test('a change of roles opens streams anew; visits go on for who may hold them, and end for who may not', async () => {
  follow(ann)
  follow(ben)
  live = [ann, ben]
  standings.set(ben.sessionId, 'no-visits')
  watch.hear('org_1 usr_ann')
  watch.hear('org_1 usr_ben')
  await settled()
  expect({ leftVisits, closed }).toEqual({ leftVisits: ['ses_ben'], closed: ['ses_ann', 'ses_ben'] })
})

test('a change of the organization’s concerns all that it holds open, and no other organization’s', async () => {
  live = [ann, { ...ben, organizationId: 'org_2' }]
  watch.hear('org_1 org_1')
  watch.hear('org_2 ses_ann')
  await settled()
  expect(asked).toEqual(['ses_ann'])
})

test('after it could not hear, everything that is held open is looked at, once each', async () => {
  follow(ann)
  live = [ann, ben]
  standings.set(ben.sessionId, 'over')
  watch.lookAtAll()
  await settled()
  expect(asked.toSorted()).toEqual(['ses_ann', 'ses_ben'])
  expect(leftVisits).toEqual(['ses_ben'])
})

test('what cannot be asked now is left as it is, and what nobody holds open is nobody’s business', async () => {
  const stop = follow(ann)
  standings.set(ann.sessionId, new Error('away'))
  watch.hear(`org_1 ${ann.sessionId}`)
  await settled()
  expect(closed).toEqual([])
  stop()
  watch.hear(`org_1 ${ann.sessionId}`)
  await settled()
  expect(asked).toEqual(['ses_ann'])
})
