import type { ApiKey, ApiKeyScope } from '@curtain/protocol'

const requests: Record<ApiKeyScope, string> = {
  'visits:read': '/v1/clinicians',
  'visits:write': `/v1/visits --json '{"patient": {"id": "pat_…"}, "clinicianId": "usr_…", "startsAt": "2026-03-02T09:30:00.000Z"}'`,
  'patients:read': '/v1/patients',
  'patients:write': `/v1/patients --json '{"name": "…"}'`,
  'room-tokens:write': `/v1/visits/vis_…/room-tokens --json '{"participant": {"participantId": "par_…"}}'`,
}

/**
 * A first request with a key, for a terminal. The secret is not in it: curl asks for it, and the shell's history does not
 * keep it.
 */
export function exampleWith({ id, scopes }: Pick<ApiKey, 'id' | 'scopes'>, origin: string): string {
  const [first = 'visits:read'] = scopes
  return `curl --user ${id} ${origin}${requests[first]}`
}
