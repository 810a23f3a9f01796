import { describe, expect, it } from 'vitest'
import { grant, type ParticipantId } from '@curtain/protocol'
import { admissionOf, grantOfSource, grantsOf, mayActOn } from './policy.ts'

const one: ParticipantId = 'par_00000000000000000000000001'
const other: ParticipantId = 'par_00000000000000000000000002'

describe('grants', () => {
  it('are everything for a host and taking part for everybody else who is in', () => {
    expect(new Set(grantsOf({ role: 'host', admission: 'admitted' }))).toEqual(new Set(grant.options))
    for (const role of ['patient', 'guest'] as const) {
      const takingPart = ['publish-audio', 'publish-video', 'publish-screen', 'subscribe', 'chat']
      expect(grantsOf({ role, admission: 'admitted' })).toEqual(takingPart)
    }
  })

  it('are none for whoever is not in', () => {
    for (const role of ['host', 'patient', 'guest'] as const) {
      for (const admission of ['waiting', 'refused', 'removed'] as const) expect(grantsOf({ role, admission })).toEqual([])
    }
  })

  it('are never more for what somebody came with, and less where it lists less', () => {
    expect(grantsOf({ role: 'guest', admission: 'admitted' }, ['chat', 'admit', 'end'])).toEqual(['chat'])
    expect(grantsOf({ role: 'patient', admission: 'admitted' }, [])).toEqual([])
    expect(grantsOf({ role: 'guest', admission: 'waiting' }, ['chat'])).toEqual([])
  })

  it('ask the same of a screen and its sound', () => {
    expect(grantOfSource['screen-audio']).toBe(grantOfSource.screen)
  })
})

it('nobody acts on themselves, and hosts can only be muted', () => {
  const actor = { id: one }
  for (const action of ['admit', 'refuse', 'send-back', 'remove', 'mute'] as const) {
    expect(mayActOn(action, actor, { id: one, role: 'host' })).toBe(false)
    expect(mayActOn(action, actor, { id: other, role: 'patient' })).toBe(true)
    expect(mayActOn(action, actor, { id: other, role: 'host' })).toBe(action === 'mute')
  }
})

it('hosts are in, everybody else as it is on record', () => {
  expect(admissionOf({ role: 'host', admission: 'waiting' })).toBe('admitted')
  expect(admissionOf({ role: 'patient', admission: 'admitted' })).toBe('admitted')
  expect(admissionOf({ role: 'guest', admission: 'waiting' })).toBe('waiting')
})
