import { auditState } from '@curtain/protocol'
import type { Authentication } from '../http/authentication.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import type { LogState } from './state.ts'

/** How the audit log is kept. */
export function auditStateRoutes(app: HttpApp, parts: { logState: LogState; authentication: Authentication }): void {
  const { logState, authentication } = parts
  app.get(
    '/v1/audit/state',
    {
      config: { records: ['audit.state-read'] },
      schema: {
        tags: ['audit'],
        summary: 'How the audit log is kept: its size, its last checkpoint, where checkpoints went, and when it was last checked',
        security: [{ staffSession: [] }],
        response: { 200: auditState, ...problemResponses(false, 'not-signed-in', 'forbidden') },
      },
    },
    async (request) => logState.read(await authentication.staff(request)),
  )
}
