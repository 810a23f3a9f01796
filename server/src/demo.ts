import type { RunningServer } from './main.ts'
import { createOrganization } from './organizations/service.ts'

export interface DemoLinks {
  /** Signs the demo's clinician in, once, and shows them the waiting visit. */
  clinician: string
  /** The patient's link. */
  patient: string
}

const clinician = { name: 'Dr. Robin Hale', email: 'robin.hale@demo.example' }
const patient = 'Sam Rivera'
const dayMs = 24 * 60 * 60_000

/**
 * Makes what a demo needs: an organization with a clinician and a patient (once), and a visit that starts now (each
 * time). Only for a data folder that is the demo's own.
 * @throws Error where somebody else's organization is: a link that signs in must not be printed for it
 */
export async function prepareDemo({ url, parts }: Pick<RunningServer, 'url' | 'parts'>): Promise<DemoLinks> {
  const { database, keys, sessions, signIn, patients, visits } = parts
  const now = new Date()
  const known = await database.lookUps.user(clinician.email)
  if (known === null && (await database.lookUps.organizationExists())) {
    throw new Error(
      'This is the data of a real Curtain, and the demo leaves it alone. Unset CURTAIN_DATA_DIR and CURTAIN_DATABASE_URL, ' +
        'or start it with `npm start`.',
    )
  }
  const { organizationId, userId } =
    known === null
      ? await createOrganization({ database, keys }, { organizationName: 'Demo Clinic', ...clinician, password: null, secondFactor: 'optional' }, now)
      : { organizationId: known.organizationId, userId: known.id }

  // The demo acts as its clinician would, through a session of its own.
  const own = { address: '127.0.0.1', userAgent: undefined }
  const { token } = await signIn.byLink(await sessions.createSignInLink(organizationId, userId, { validMs: 60_000 }), own)
  const actor = await sessions.authenticate(token, own)
  if (actor === null) throw new Error('The demo could not sign in.')
  for (const earlier of await visits.list(actor, new Date(now.getTime() - 7 * dayMs), now)) {
    if (earlier.status === 'scheduled') await visits.cancel(actor, earlier.id)
  }
  const [samePatient] = await patients.list(actor)
  const { visit, link } = await visits.create(actor, {
    patient: samePatient === undefined ? { name: patient } : { id: samePatient.id },
    startsAt: now.toISOString(),
    durationMinutes: 30,
    kind: 'consultation',
    encryption: 'end-to-end',
    reason: 'A first look at Curtain',
  })
  await sessions.signOut(actor)
  const secret = await sessions.createSignInLink(organizationId, userId, { visitId: visit.id, validMs: dayMs })
  return { clinician: `${url}/welcome#${secret}`, patient: link.url }
}
