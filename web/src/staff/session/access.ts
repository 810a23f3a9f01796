import { role, type Role, type SignedIn } from '@curtain/protocol'

/** What the console shows to whom. The server decides; this only keeps pages from offering what it would refuse. */
const shownTo = {
  visits: ['clinician', 'scheduler'],
  /** Why visits take place, of one's own. */
  reasons: ['clinician'],
  holdVisits: ['clinician'],
  /** Who patients are, and how they are reached. */
  patients: ['clinician', 'scheduler'],
  breakGlass: ['clinician'],
  teams: ['owner', 'administrator', 'security-officer'],
  manageTeams: ['owner', 'administrator'],
  /** The accounts, or a way to propose a colleague. */
  people: ['owner', 'administrator', 'security-officer', 'clinician', 'scheduler'],
  accounts: ['owner', 'administrator', 'security-officer'],
  identityProviders: ['owner', 'security-officer'],
  manageIdentityProviders: ['owner'],
  managePeople: ['owner', 'administrator'],
  apiKeys: ['owner', 'administrator', 'security-officer'],
  manageApiKeys: ['owner', 'administrator'],
  security: ['owner', 'administrator', 'security-officer'],
  changeSecurity: ['owner'],
  /** Everybody's login log. */
  signIns: ['security-officer'],
  /** The audit log, and the pages beside it. */
  log: ['security-officer', 'auditor'],
  /** Who saw a patient: of one's own, or of everybody. */
  accessLogs: ['clinician', 'security-officer', 'auditor'],
  logReviews: ['security-officer', 'auditor'],
  signOffReviews: ['security-officer'],
  logAlerts: ['security-officer'],
  logState: ['security-officer', 'auditor'],
  settings: role.options,
  changeSettings: ['owner', 'administrator'],
} as const satisfies Record<string, readonly Role[]>

/** Whether somebody's roles entitle them to a part of the console (docs/access.md). */
export function mayUse(part: keyof typeof shownTo, { user }: SignedIn): boolean {
  const entitled: readonly Role[] = shownTo[part]
  return user.roles.some((role) => entitled.includes(role))
}

const reserved: readonly Role[] = ['owner', 'security-officer']

/** The roles that somebody may give to others and take from them: those above administrators are an owner's to give. */
export function rolesToGive({ user }: SignedIn): readonly Role[] {
  return user.roles.includes('owner') ? role.options : role.options.filter((one) => !reserved.includes(one))
}

/** The roles that a colleague may be proposed for; others are for those who run accounts to think of. */
export const rolesToPropose: readonly Role[] = role.options.filter((one) => !reserved.includes(one))
