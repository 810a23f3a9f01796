import { z } from 'zod'

/** What a replay needs of an audit event. */
export const eventRow = z.object({
  type: z.string(),
  participant_id: z.string().nullable(),
  facts: z.looseObject({
    participantId: z.string().optional(),
    reason: z.string().optional(),
    encryption: z.string().optional(),
    transportVisits: z.array(z.string()).optional(),
  }),
})
/** A visit in these states is over. */
export const final = ['ended', 'cancelled', 'no-show']

/** What the audit log alone says of a visit, or of an organization: as it must stand, if every change has its event. */
export function replay(events: z.output<typeof eventRow>[]) {
  let status = 'none'
  let encryption: string | undefined
  let transportVisits: string[] = []
  let locked = false
  let started = false
  const admissions = new Map<string, string>()
  const there = new Map<string, number>()
  for (const { type, participant_id: actor, facts } of events) {
    const whom = facts.participantId ?? ''
    switch (type) {
      case 'organization.settings-changed': transportVisits = facts.transportVisits ?? []; break
      case 'visit.created': status = 'scheduled'; encryption = facts.encryption; break
      case 'visit.opened': status = 'open'; break
      case 'visit.started': status = 'in-progress'; started = true; break
      case 'visit.emptied': status = 'open'; break
      case 'visit.ended': status = 'ended'; break
      case 'visit.cancelled': status = 'cancelled'; break
      case 'visit.no-show': status = 'no-show'; break
      case 'visit.locked': locked = true; break
      case 'visit.unlocked': locked = false; break
      case 'link.created':
        if (['refused', 'removed', undefined].includes(admissions.get(whom))) admissions.set(whom, 'waiting')
        break
      case 'ticket.issued':
        if (!admissions.has(whom)) admissions.set(whom, 'admitted') // staff
        break
      case 'participant.admitted': admissions.set(whom, 'admitted'); break
      case 'participant.sent-back': admissions.set(whom, 'waiting'); break
      case 'participant.refused': admissions.set(whom, 'refused'); there.delete(whom); break
      case 'participant.removed': admissions.set(whom, 'removed'); there.delete(whom); break
      case 'participant.arrived': there.set(actor ?? '', (there.get(actor ?? '') ?? 0) + 1); break
      case 'participant.departed': there.set(actor ?? '', (there.get(actor ?? '') ?? 0) - 1); break
    }
  }
  return { status, encryption, locked, started, admissions, there, transportVisits }
}
