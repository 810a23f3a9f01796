import {
  newAuthenticator,
  protection,
  protectionChanged,
  recoveryCodes,
  signInList,
  staffSessionList,
  webAuthnOptions,
  type passwordInput,
  type signInQuery,
} from '@curtain/protocol'
import { z } from 'zod'
import type { Asking } from '../api/ask.ts'

const nothing = z.unknown()

/** How one's own account is protected, and where it is signed in. */
export const accountCalls = ({ ask, post }: Asking) => ({
  protection: (signal?: AbortSignal) => ask('/v1/me/protection', protection, { ...(signal && { signal }) }),
  setPassword: (input: z.input<typeof passwordInput>) =>
    ask('/v1/me/password', protectionChanged, { method: 'PUT', body: input }),

  newPasskeyOptions: () => post('/v1/me/passkeys/options', webAuthnOptions),
  addPasskey: (response: Record<string, unknown>, name: string) =>
    post('/v1/me/passkeys', protectionChanged, { response, name }),
  renamePasskey: (id: string, name: string) =>
    ask(`/v1/me/passkeys/${id}`, protection, { method: 'PATCH', body: { name } }),
  removePasskey: (id: string) => ask(`/v1/me/passkeys/${id}`, protection, { method: 'DELETE' }),

  newAuthenticator: () => post('/v1/me/authenticator', newAuthenticator),
  /** It is in use from the first code on that it shows. */
  confirmAuthenticator: (code: string) => post('/v1/me/authenticator/confirmation', protectionChanged, { code }),
  removeAuthenticator: () => ask('/v1/me/authenticator', protection, { method: 'DELETE' }),

  /** In place of all there were. */
  makeRecoveryCodes: () => post('/v1/me/recovery-codes', recoveryCodes),

  sessions: (signal: AbortSignal) => ask('/v1/me/sessions', staffSessionList, { signal }),
  endSession: (id: string) => ask(`/v1/me/sessions/${id}`, nothing, { method: 'DELETE' }),
  endOtherSessions: () => post('/v1/me/sessions/end-others', nothing),
  signIns: (query: z.input<typeof signInQuery>, signal?: AbortSignal) =>
    ask(`/v1/me/sign-ins?${new URLSearchParams(query)}`, signInList, { ...(signal && { signal }) }),
})
