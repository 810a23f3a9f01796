import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import files from '@fastify/static'
import { z } from 'zod'
import type { HttpApp } from './http-server.ts'

/** Where the web build leaves its files. */
const builtPages = resolve(import.meta.dirname, '../../../web/dist')

const staffPages = ['/', '/today', '/patients', '/patients/:patientId', '/patients/:patientId/access-log', '/teams', '/reviews', '/log', '/log/reviews', '/log/alerts', '/log/state', '/sign-ins', '/people', '/settings', '/api-keys', '/account', '/sign-in', '/setup', '/welcome', '/join/confirm', '/join/:organizationId']
const visitPages = ['/v/:visitId', '/visits/:visitId']

/**
 * Serves the pages, compressed as the build left them. Files under `assets/` carry a hash of their content in the name and
 * are kept by browsers for good; the pages that name them are asked for each time.
 */
export function pageRoutes(app: HttpApp, folder = builtPages): void {
  void app.register(files, {
    root: folder,
    serve: false,
    preCompressed: true,
    cacheControl: false,
    suppressWarning: true,
    setHeaders(reply, path) {
      const forGood = path.startsWith(join(folder, 'assets/'))
      void reply.header('cache-control', forGood ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  const records = { nothing: 'Pages and what they are made of are the same for everybody.' }
  const options = { schema: { hide: true }, config: { unstructured: true, records } }

  const pages = [...staffPages.map((url) => [url, 'staff.html']), ...visitPages.map((url) => [url, 'visit.html'])]
  for (const [url = '', file = ''] of pages) {
    app.get(url, options, (_request, reply) => {
      if (existsSync(join(folder, file))) return reply.sendFile(file)
      return reply
        .code(503)
        .type('text/plain; charset=utf-8')
        .send('The pages are not built yet. Run `npm run build:web`, then load this page again.\n')
    })
  }
  const asset = { ...options, schema: { hide: true, params: z.object({ '*': z.string() }) } }
  app.get('/assets/*', asset, (request, reply) => {
    const { '*': name } = request.params
    return reply.sendFile(`assets/${name}`)
  })
}
