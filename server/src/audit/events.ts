/** Every type of audit event, and which facts it may carry beside who, what, outcome, target and when. */
const auditEvents = {
  'organization.created': [],
  'organization.settings-changed': ['transportVisits', 'transportVisitsBefore'],
  'keys.adopted': ['version', 'count'],
  'keys.rotated': ['version'],
  'keys.rewrapped': ['version', 'count'],
  'user.listed': ['count'],
  'user.created': ['roles'],
  'user.roles-changed': ['roles', 'rolesBefore'],
  'user.suspended': ['sessions'],
  'user.resumed': [],
  'user.link-created': [],
  'session.signed-in': ['by'],
  'session.sign-in-failed': ['reason'],
  'session.signed-out': [],
  'access.denied': ['action'],

  'patient.created': [],
  'patient.listed': ['count'],

  'visit.created': ['patientId', 'clinicianId', 'kind', 'encryption'],
  'visit.listed': ['count'],
  'visit.read': [],
  'visit.changed': ['fields'],
  'visit.opened': [],
  'visit.started': [],
  'visit.emptied': ['reason'],
  'visit.ended': [],
  'visit.cancelled': [],
  'visit.no-show': [],
  'visit.locked': [],
  'visit.unlocked': [],

  'link.created': ['participantId', 'linkId'],
  'link.exchanged': ['participantId', 'linkId'],
  'link.refused': ['reason', 'linkId'],
  'ticket.issued': ['participantId', 'role'],
  'ticket.refused': ['participantId', 'reason'],

  'participant.arrived': ['participantId', 'role'],
  'participant.departed': ['participantId', 'reason'],
  'participant.admitted': ['participantId'],
  'participant.refused': ['participantId'],
  'participant.removed': ['participantId'],
  'participant.sent-back': ['participantId'],
  'participant.muted': ['participantId'],
  'participant.denied': ['request', 'reason', 'count'],
} as const satisfies Record<string, readonly string[]>

export type AuditEventType = keyof typeof auditEvents
/** The facts that an event of this type may carry. */
export type AuditFacts<Type extends AuditEventType> = Partial<
  Record<(typeof auditEvents)[Type][number], string | number | readonly string[]>
>
