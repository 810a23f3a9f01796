import {
  startAuthentication,
  startRegistration,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser'
import { z } from 'zod'

// What the browser does with passkeys, and the library for it: loaded when it is likely to be needed.

const kind = z.literal('public-key')
const wanted = z.enum(['discouraged', 'preferred', 'required'])
const transport = z.enum(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'])
const credential = z.object({ id: z.string(), type: kind, transports: z.array(transport).optional() })

/** What of the server's options the browser's functions take (WebAuthn level 3, §5.1.8 and §5.1.9). */
const requestOptions = z.object({
  challenge: z.string(),
  timeout: z.number().optional(),
  rpId: z.string().optional(),
  allowCredentials: z.array(credential).optional(),
  userVerification: wanted.optional(),
})
const creationOptions = z.object({
  rp: z.object({ name: z.string(), id: z.string().optional() }),
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
  challenge: z.string(),
  pubKeyCredParams: z.array(z.object({ alg: z.number(), type: kind })),
  timeout: z.number().optional(),
  excludeCredentials: z.array(credential).optional(),
  authenticatorSelection: z
    .object({
      residentKey: wanted.optional(),
      requireResidentKey: z.boolean().optional(),
      userVerification: wanted.optional(),
      authenticatorAttachment: z.enum(['cross-platform', 'platform']).optional(),
    })
    .optional(),
  attestation: z.enum(['direct', 'enterprise', 'indirect', 'none']).optional(),
  extensions: z.object({ credProps: z.boolean().optional() }).optional(),
})

/** Has the browser show one of the passkeys that the server asks for. */
export async function show(options: unknown): Promise<Record<string, unknown>> {
  const optionsJSON: PublicKeyCredentialRequestOptionsJSON = requestOptions.parse(options)
  return { ...(await startAuthentication({ optionsJSON })) }
}

/** Has the browser make a passkey. */
export async function make(options: unknown): Promise<Record<string, unknown>> {
  const optionsJSON: PublicKeyCredentialCreationOptionsJSON = creationOptions.parse(options)
  return { ...(await startRegistration({ optionsJSON })) }
}
