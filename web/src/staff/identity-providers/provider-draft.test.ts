import { makeId, type IdentityProvider } from '@curtain/protocol'
import { expect, test } from 'vitest'
import { draftOf, settingsOf, wrongIn } from './provider-draft.ts'

const provider: IdentityProvider = {
  id: makeId('identityProvider', 0, new Uint8Array(10)),
  name: 'Harbor ID',
  issuer: 'https://id.harbor.example',
  clientId: 'curtain',
  domains: ['harbor.example', 'harbor-labs.example'],
  roleClaim: 'groups',
  roleMappings: [
    { value: 'doctors', roles: ['clinician'], evenAbove: false },
    { value: 'heads', roles: ['owner', 'clinician'], evenAbove: true },
  ],
  newAccounts: 'make',
  trustsSecondFactor: true,
  createdAt: '2026-03-01T09:30:00.000Z',
}

test('what is shown and left as it is, is sent as it was', () => {
  const { id: _id, createdAt: _at, roleMappings, ...rest } = provider
  const sent = settingsOf(draftOf(provider))
  expect(sent).toMatchObject(rest)
  expect(sent.roleMappings).toHaveLength(2)
  expect(sent.roleMappings).toEqual(expect.arrayContaining(roleMappings))
})

test('values for owners are sent only by who said that the provider may make them', () => {
  const sent = settingsOf({ ...draftOf(provider), evenAbove: false })
  expect(sent.roleMappings).toContainEqual({ value: 'heads', roles: ['clinician'], evenAbove: false })
})

test('a new one needs everything, an old one keeps its secret', () => {
  const all = { name: true, issuer: true, clientId: true, domains: true, clientSecret: true }
  expect(wrongIn({ ...draftOf(null), issuer: '' }, true)).toEqual(all)
  expect(Object.values(wrongIn(draftOf(provider), false))).not.toContain(true)
  expect(wrongIn({ ...draftOf(provider), domains: 'harbor.example, kim@harbor.example' }, false).domains).toBe(true)
})
