import {
  clinicianList,
  link,
  oneTimeLink,
  organizationSettings,
  patientList,
  signedIn,
  signInLinkResult,
  userAccount,
  userCreated,
  userList,
  visit,
  visitCreated,
  visitList,
  type linkInput,
  type OrganizationSettings,
  type setupInput,
  type signInInput,
  type UserChange,
  type UserId,
  type userInput,
  type visitChange,
  type VisitId,
  type VisitInput,
} from '@curtain/protocol'
import { z } from 'zod'
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
    setUp: (input: z.input<typeof setupInput>) => post('/v1/setup', signedIn, input),
    signIn: (input: z.input<typeof signInInput>) => post('/v1/sign-in', signedIn, input),
    exchangeSignInLink: (secret: string) => post('/v1/sign-in-links/exchange', signInLinkResult, { secret }),
    signOut: () => post('/v1/sign-out', nothing),
    me: (signal: AbortSignal) => ask('/v1/me', signedIn, { signal }),

    settings: (signal?: AbortSignal) =>
      ask('/v1/organization/settings', organizationSettings, { ...(signal && { signal }) }),
    changeSettings: (wanted: OrganizationSettings) =>
      ask('/v1/organization/settings', organizationSettings, { method: 'PUT', body: wanted }),

    users: (signal: AbortSignal) => ask('/v1/users', userList, { signal }),
    createUser: (input: z.input<typeof userInput>) => post('/v1/users', userCreated, input),
    changeUser: (id: UserId, change: UserChange) => ask(`/v1/users/${id}`, userAccount, { method: 'PATCH', body: change }),
    createSignInLink: (id: UserId) => post(`/v1/users/${id}/sign-in-links`, oneTimeLink),

    clinicians: (signal: AbortSignal) => ask('/v1/clinicians', clinicianList, { signal }),
    patients: (signal: AbortSignal) => ask('/v1/patients', patientList, { signal }),

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
