import { expect, test } from 'vitest'
import { csv } from './csv.ts'
import type { ExportedEvent } from './exported-event.ts'

const id = `evt_${'0'.repeat(26)}` as const
const userId = `usr_${'0'.repeat(26)}` as const
const event = (reason: string): ExportedEvent => ({
  id, index: 7, at: '2026-03-01T09:30:00.000Z', type: 'patient.glass-broken', outcome: 'success', userId, participantId: null,
  sessionId: null, target: null, facts: { count: -5 }, from: '2001:db8::1', reason, closed: [], entry: '{}',
})
const line = (reason: string, name = 'Dana') => csv.write(event(reason), { names: { [userId]: name }, roles: {} })

test('a line has its values in the order of the columns', () => {
  expect(csv.begin).toBe('\u{FEFF}index,id,at,type,outcome,userId,userName,participantId,sessionId,target,from,reason,closed,facts\r\n')
  expect(line('found "him", cold')).toBe(
    `"7","${id}","2026-03-01T09:30:00.000Z","patient.glass-broken","success","${userId}","Dana","","","","2001:db8::1","found ""him"", cold","","{""count"":-5}"\r\n`,
  )
})

test.each([
  ['=1+2', "'=1+2"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['＝1', "'＝1"],
  ['  =1', "  '=1"],
  ['\t=1', "'\t'=1"],
  ['\r=1', "'\r'=1"],
  ['x;=1', "x;'=1"],
  ['x\n=1', "x\n'=1"],
  ['x";"=1', `x"";""'=1`],
  ['a - b = c', 'a - b = c'],
])('%j is no formula', (text, cell) => {
  expect(line(text)).toContain(`,"${cell}",`)
  expect(line('', text)).toContain(`,"${cell}",`)
})
