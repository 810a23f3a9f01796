import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { secret } from '@curtain/protocol'
import { ResumeTokens } from './resume-tokens.ts'

describe('resume tokens', () => {
  it('look like any secret, find their holder, and are gone when revoked', () => {
    const tokens = new ResumeTokens<object>(randomBytes)
    const holder = {}
    const token = tokens.issue(holder)
    expect(secret.safeParse(token).success).toBe(true)
    expect(tokens.find(token)).toBe(holder)
    expect(tokens.find('A'.repeat(43))).toBeUndefined()
    tokens.revoke(holder)
    expect(tokens.find(token)).toBeUndefined()
    expect(tokens.size).toBe(0)
  })

  it('that were used work until their successor has arrived, and no other does', () => {
    const tokens = new ResumeTokens<object>(randomBytes)
    const holder = {}
    const first = tokens.issue(holder)
    const lost = tokens.issue(holder, first)
    const second = tokens.issue(holder, first)
    expect(tokens.find(first)).toBe(holder)
    expect(tokens.find(lost)).toBeUndefined()
    tokens.confirm(holder)
    expect(tokens.find(first)).toBeUndefined()
    expect(tokens.find(second)).toBe(holder)
    tokens.issue(holder, second)
    tokens.revoke(holder)
    expect(tokens.find(second)).toBeUndefined()
  })
})
