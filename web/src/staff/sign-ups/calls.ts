import {
  admitted,
  invited,
  joinPage,
  signUpList,
  signUpReceived,
  signUpSettings,
  type invitationInput,
  type Role,
  type SignUpId,
  type signUpInput,
} from '@curtain/protocol'
import { z } from 'zod'
import type { Asking } from '../api/ask.ts'

/** Asking for an account, and deciding who has one. */
export const signUpCalls = ({ ask, post }: Asking) => ({
  /** @param organization as it stands in the address of the page */
  joinPage: (organization: string, signal: AbortSignal) =>
    ask(`/v1/join/${encodeURIComponent(organization)}`, joinPage, { signal }),
  askForAccount: (input: z.input<typeof signUpInput>) => post('/v1/sign-ups', signUpReceived, input),
  confirmAddress: (secret: string) => post('/v1/sign-ups/confirm', z.unknown(), { secret }),

  signUps: (signal: AbortSignal) => ask('/v1/sign-ups', signUpList, { signal }),
  openSignUps: (open: boolean) => ask('/v1/sign-ups/settings', signUpSettings, { method: 'PUT', body: { open } }),
  approveSignUp: (id: SignUpId, roles: Role[]) => post(`/v1/sign-ups/${id}/approve`, admitted, { roles }),
  refuseSignUp: (id: SignUpId) => post(`/v1/sign-ups/${id}/refuse`, z.unknown()),
  invite: (input: z.input<typeof invitationInput>) => post('/v1/invitations', invited, input),
})
