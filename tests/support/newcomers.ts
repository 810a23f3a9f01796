import type { IdentityProviderId, SignUpId } from '@curtain/protocol'
import { newId } from '../../server/src/database/new-id.ts'
import { clientSecret } from '../../server/src/identity-providers/schema.ts'
import { insertProvider } from '../../server/src/identity-providers/store.ts'
import { signUpEmail, signUpName, signUpNote } from '../../server/src/sign-ups/schema.ts'
import { insertSignUp } from '../../server/src/sign-ups/store.ts'
import type { Colleague } from './staff-and-subjects.ts'

/** Somebody who waits for an account, and a provider that nobody comes from. */
export async function addNewcomer({
  organizationId,
  parts,
}: Pick<Colleague, 'organizationId' | 'parts'>): Promise<{ identityProviderId: IdentityProviderId; signUpId: SignUpId }> {
  const now = new Date()
  const identityProviderId = newId('identityProvider', now)
  const signUpId = newId('signUp', now)
  const fields = await parts.keys.sealer(organizationId)
  await parts.database.inOrganization(organizationId, async (tx) => {
    await insertProvider(tx, {
      id: identityProviderId,
      organization_id: organizationId,
      name: 'Harbor ID',
      issuer: 'https://id.harbor.example',
      client_id: 'curtain',
      client_secret: fields.seal(clientSecret, identityProviderId, 'a secret'),
      role_claim: null,
      role_mappings: '[]',
      new_accounts: 'wait',
      trusts_second_factor: false,
      created_at: now,
    })
    await insertSignUp(tx, {
      id: signUpId,
      organization_id: organizationId,
      kind: 'request',
      name: fields.seal(signUpName, signUpId, 'Kim Roe'),
      email: fields.seal(signUpEmail, signUpId, `${signUpId}@harbor.example`),
      note: fields.seal(signUpNote, signUpId, ''),
      roles: [],
      proposed_by: null,
      provider_id: null,
      subject_hash: null,
      email_confirmed_at: null,
      confirmation_hash: null,
      created_at: now,
      expires_at: new Date(now.getTime() + 60_000),
    })
  })
  return { identityProviderId, signUpId }
}
