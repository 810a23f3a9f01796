import {
  clinicianList,
  link,
  organizationSettingsRead,
  userAccount,
  userCreated,
  userLink,
  userList,
  visit,
  visitCreated,
  visitList,
  type linkInput,
  type OrganizationSettings,
  type UserChange,
  type UserId,
  type userInput,
  type visitChange,
  type VisitId,
  type VisitInput,
} from '@curtain/protocol'
import { z } from 'zod'
import { accountCalls } from '../account/calls.ts'
import { alertCalls } from '../alerts/calls.ts'
import { apiKeyCalls } from '../api-keys/calls.ts'
import { auditCalls } from '../audit/calls.ts'
import { auditReviewCalls } from '../audit-reviews/calls.ts'
import { auditRetentionCalls } from '../audit-state/retention-calls.ts'
import { auditStateCalls } from '../audit-state/calls.ts'
import { breakGlassCalls } from '../break-glass/calls.ts'
import { identityProviderCalls } from '../identity-providers/calls.ts'
import { patientCalls } from '../patients/calls.ts'
import { securityCalls } from '../security/calls.ts'
import { sessionCalls } from '../session/calls.ts'
import { signUpCalls } from '../sign-ups/calls.ts'
import { teamCalls } from '../teams/calls.ts'
import { makeAsking } from './ask.ts'

const nothing = z.unknown()

/**
 * Everything the console asks of the server.
 * @param onSignedOut is told when an answer says that the session has ended.
 */
export function makeApi(onSignedOut: () => void) {
  const asking = makeAsking(onSignedOut)
  const { ask, post } = asking

  return {
    ...sessionCalls(asking),
    ...accountCalls(asking),
    ...patientCalls(asking),
    ...teamCalls(asking),
    ...breakGlassCalls(asking),
    ...alertCalls(asking),
    ...auditReviewCalls(asking),
    ...identityProviderCalls(asking),
    ...signUpCalls(asking),
    ...apiKeyCalls(asking),
    ...securityCalls(asking),
    ...auditCalls(asking),
    ...auditStateCalls(asking),
    ...auditRetentionCalls(asking),

    settings: (signal?: AbortSignal) =>
      ask('/v1/organization/settings', organizationSettingsRead, { ...(signal && { signal }) }),
    changeSettings: (wanted: OrganizationSettings) =>
      ask('/v1/organization/settings', organizationSettingsRead, { method: 'PUT', body: wanted }),

    users: (signal: AbortSignal) => ask('/v1/users', userList, { signal }),
    createUser: (input: z.input<typeof userInput>) => post('/v1/users', userCreated, input),
    changeUser: (id: UserId, change: UserChange) => ask(`/v1/users/${id}`, userAccount, { method: 'PATCH', body: change }),
    /** Takes every second factor off somebody's account, and ends their sessions. */
    resetProtection: (id: UserId) => ask(`/v1/users/${id}/protection`, nothing, { method: 'DELETE' }),
    /** Of whoever has a password it is mailed to them, and not told. */
    createSignInLink: (id: UserId) => post(`/v1/users/${id}/sign-in-links`, userLink),

    clinicians: (signal: AbortSignal) => ask('/v1/clinicians', clinicianList, { signal }),

    /** Visits that start within a half-open span of instants. */
    visits: (span: { from: string; to: string }, signal: AbortSignal) =>
      ask(`/v1/visits?${new URLSearchParams(span)}`, visitList, { signal }),
    createVisit: (input: VisitInput) => post('/v1/visits', visitCreated, input),
    changeVisit: (id: VisitId, change: z.input<typeof visitChange>) =>
      ask(`/v1/visits/${id}`, visit, { method: 'PATCH', body: change }),
    cancelVisit: (id: VisitId) => post(`/v1/visits/${id}/cancel`, visit),
    markNoShow: (id: VisitId) => post(`/v1/visits/${id}/no-show`, visit),
    createLink: (id: VisitId, input: z.input<typeof linkInput>) => post(`/v1/visits/${id}/links`, link, input),
  }
}

export type Api = ReturnType<typeof makeApi>
