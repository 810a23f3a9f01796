import { makeId } from '@curtain/protocol'
import { describe, expect, it } from 'vitest'
import { Suspicion } from './suspicion.ts'

const [anna, ben, cem, dora] = [1, 2, 3, 4].map((number) => makeId('participant', number, new Uint8Array(10).fill(number)))
const everybody = [anna!, ben!, cem!, dora!]
const order = (suspicion: Suspicion, people = everybody) => people.toSorted((one, other) => suspicion.compare(one, other))

describe('suspicion', () => {
  it('puts last who was reported by most, however often', () => {
    const suspicion = new Suspicion()
    expect(suspicion.report(anna!, ben!)).toBe(true)
    expect(suspicion.report(anna!, ben!)).toBe(false)
    suspicion.report(anna!, cem!)
    suspicion.report(ben!, dora!)
    expect(order(suspicion)).toEqual([cem, dora, ben, anna])
  })

  it('gives nobody the first place by reporting everybody else', () => {
    const suspicion = new Suspicion()
    for (const honest of [anna!, ben!, cem!]) suspicion.report(honest, dora!)
    expect(suspicion.of(dora!)).toBe(2)
    expect(order(suspicion)).toEqual([anna, ben, cem, dora])
    expect(suspicion.isOutranked(anna!, [dora!])).toBe(false)
    const two = new Suspicion()
    for (const honest of [anna!, ben!]) two.report(honest, dora!)
    expect(order(two, [dora!, anna!, ben!])).toEqual([anna, ben, dora])
  })

  it('where there are two, goes with the one who reported until they fail once', () => {
    const suspicion = new Suspicion()
    suspicion.report(anna!, dora!)
    expect(order(suspicion, [anna!, dora!])).toEqual([dora, anna])
    expect(suspicion.isOutranked(anna!, [dora!])).toBe(true)
    suspicion.failed(dora!)
    expect(order(suspicion, [dora!, anna!])).toEqual([anna, dora])
    expect(suspicion.isOutranked(anna!, [dora!])).toBe(false)
  })

  it('is not what falls on somebody who is slow: they go last, and nobody is passed over for them', () => {
    const suspicion = new Suspicion()
    suspicion.failed(anna!)
    expect(order(suspicion)).toEqual([ben, cem, dora, anna])
    expect(suspicion.isOutranked(anna!, [ben!])).toBe(false)
  })
})
