import { alertRoutes } from './alerts/routes.ts'
import { createAlerts } from './alerts/service.ts'
import { apiKeyRoutes } from './api-keys/routes.ts'
import { createApiKeys } from './api-keys/service.ts'
import { auditRetentionRoutes } from './audit-retention/routes.ts'
import { createRetention } from './audit-retention/service.ts'
import { auditReviewRoutes } from './audit-reviews/routes.ts'
import { createAuditReviews } from './audit-reviews/service.ts'
import { breakGlassRoutes } from './break-glass/routes.ts'
import { createLogExports } from './audit/log-exports.ts'
import type { LogNews } from './audit/news.ts'
import { createPatientLogs } from './audit/patient-log.ts'
import { auditRoutes } from './audit/routes.ts'
import { auditStateRoutes } from './audit/state-routes.ts'
import { createLogState } from './audit/state.ts'
import { createSavedSearches } from './audit/saved-searches.ts'
import { createLogSearch } from './audit/search.ts'
import type { CheckpointDestination } from './audit/destinations/destination.ts'
import type { BreakGlass } from './break-glass/service.ts'
import type { Database } from './database/database.ts'
import type { Authentication } from './http/authentication.ts'
import type { Cookies } from './http/cookies.ts'
import { createEventStreams } from './http/event-streams.ts'
import { createFileStreams } from './http/file-streams.ts'
import type { HttpApp } from './http/http-server.ts'
import { createEntry } from './identity-providers/entry.ts'
import { createFlows } from './identity-providers/flows.ts'
import { createLinking } from './identity-providers/linking.ts'
import { createProviderClients } from './identity-providers/provider-client.ts'
import { identityProviderRoutes } from './identity-providers/routes.ts'
import { createIdentityProviders } from './identity-providers/service.ts'
import { providerSignInRoutes } from './identity-providers/sign-in-routes.ts'
import { createProviderSignIn } from './identity-providers/sign-in.ts'
import type { Keys } from './keys/keys.ts'
import type { MailOutbox } from './mail/outbox.ts'
import { organizationRoutes, settingsRoutes } from './organizations/routes.ts'
import { securityRoutes } from './organizations/security-routes.ts'
import { createSecurity } from './organizations/security.ts'
import type { SetupLink } from './organizations/service.ts'
import { createSettings } from './organizations/settings.ts'
import { createPatientErasures } from './patients/erasure.ts'
import { createPatientExports } from './patients/export.ts'
import { createPatientMerges } from './patients/merge.ts'
import { patientRecordRoutes, patientRoutes } from './patients/routes.ts'
import { createPatientSearches } from './patients/search.ts'
import type { Patients } from './patients/service.ts'
import { confirmationRoutes } from './protection/confirmation-routes.ts'
import { createConfirmation } from './protection/confirmation.ts'
import { createEnrolment } from './protection/enrolment.ts'
import { createFactors } from './protection/factors.ts'
import { createPasswordChange } from './protection/password-change.ts'
import { createReset } from './protection/reset.ts'
import { protectionRoutes } from './protection/routes.ts'
import type { RelyingParty } from './protection/web-authn.ts'
import { roomTokenRoutes } from './room-tokens/routes.ts'
import { createRoomTokens } from './room-tokens/service.ts'
import type { Rooms } from './rooms/rooms.ts'
import type { Holder, SessionEndings } from './sessions/endings.ts'
import { createForgottenPassword } from './sessions/forgotten-password.ts'
import { createHold } from './sessions/holding.ts'
import { createNewPasswordLinks } from './sessions/new-password-links.ts'
import { ownSessionRoutes } from './sessions/own-session-routes.ts'
import { createOwnSessions } from './sessions/own-sessions.ts'
import { sessionRoutes } from './sessions/routes.ts'
import type { Sessions } from './sessions/service.ts'
import { signInRoutes } from './sessions/sign-in-routes.ts'
import type { SignIn } from './sessions/sign-in.ts'
import type { Throttles } from './sessions/throttle.ts'
import type { Standing } from './sessions/watch.ts'
import type { SignInLog } from './sign-ins/log.ts'
import { signInLogRoutes } from './sign-ins/routes.ts'
import { createSignIns } from './sign-ins/service.ts'
import { signUpRoutes } from './sign-ups/routes.ts'
import { createSignUps } from './sign-ups/service.ts'
import { teamRoutes } from './teams/routes.ts'
import { createTeams } from './teams/service.ts'
import { createNewAccounts } from './users/new-accounts.ts'
import { userRoutes } from './users/routes.ts'
import { createUsers } from './users/service.ts'
import { createAdmissions } from './visits/admissions.ts'
import { changeRoutes } from './visits/change-routes.ts'
import type { VisitChanges } from './visits/changes.ts'
import { createFollowing } from './visits/following.ts'
import { linkRoutes } from './visits/link-routes.ts'
import { createLinks } from './visits/links.ts'
import { visitRoutes } from './visits/routes.ts'
import type { Visits } from './visits/service.ts'
import type { Tickets } from './visits/tickets.ts'

/** What the routes of the features are made of: what lives beside them, and what they share. */
export interface ApiParts {
  database: Database
  keys: Keys
  mail: MailOutbox
  publicUrl: () => string
  throttles: Throttles
  party: () => RelyingParty
  signInLog: SignInLog
  signIn: SignIn
  sessions: Sessions
  endings: SessionEndings
  standingOf: (holder: Holder) => Promise<Standing>
  changes: VisitChanges
  logNews: LogNews
  tickets: Tickets
  live: Rooms
  visits: Visits
  patients: Patients
  breakGlass: BreakGlass
  setup: SetupLink
  cookies: Cookies
  authentication: Authentication
  /** Where checkpoints of the log are kept. */
  destinations: readonly CheckpointDestination[]
  /** Whether webhooks of organizations may go to addresses that are not of the internet. */
  webhookPrivateAddresses: 'refuse' | 'allow'
  /** Aborts when the server stops: streams end. */
  stopping: AbortSignal
}

/** Every operation of the API, feature by feature. */
export function apiRoutes(routes: HttpApp, parts: ApiParts): void {
  const {
    database, keys, mail, publicUrl, throttles, party, signInLog, signIn, sessions, endings, standingOf, changes, logNews, tickets,
    live, visits, patients, breakGlass, setup, cookies, authentication, destinations, webhookPrivateAddresses, stopping,
  } = parts
  const hold = createHold({ standingOf, endings, stopping })
  const openEventStream = createEventStreams(hold)
  organizationRoutes(routes, { setup, signIn, cookies })
  settingsRoutes(routes, { settings: createSettings({ database, mail }), authentication })
  securityRoutes(routes, { security: createSecurity({ database, keys }), authentication })
  const newPasswords = createNewPasswordLinks({ mail, publicUrl })
  const forgottenPassword = createForgottenPassword({ database, keys, newPasswords, throttles })
  signInRoutes(routes, { signIn, forgottenPassword, cookies, authentication })
  sessionRoutes(routes, { sessions, cookies, authentication, endings })
  const protecting = { database, keys, log: signInLog }
  protectionRoutes(routes, {
    enrolment: createEnrolment({ ...protecting, party }),
    factors: createFactors({ database }),
    passwordChange: createPasswordChange({ ...protecting, throttles, endings, mail, publicUrl }),
    reset: createReset({ database, keys, mail, endings, publicUrl }),
    cookies,
    authentication,
  })
  confirmationRoutes(routes, { confirmation: createConfirmation({ database, keys, throttles, party }), authentication })
  const newAccounts = createNewAccounts({ mail, publicUrl })
  const users = createUsers({ database, endings, keys, newAccounts, newPasswords })
  const signUps = createSignUps({ database, keys, mail, users, newAccounts, publicUrl })
  ownSessionRoutes(routes, { ownSessions: createOwnSessions({ database, keys, endings }), sessions, authentication })
  signInLogRoutes(routes, { signIns: createSignIns({ database, keys }), authentication })
  userRoutes(routes, { users, authentication })
  signUpRoutes(routes, { signUps, authentication })
  const openProvider = createProviderClients()
  const providers = createIdentityProviders({ database, keys, openProvider, publicUrl })
  identityProviderRoutes(routes, { providers, authentication })
  const flows = createFlows({ database, keys, openProvider, publicUrl })
  const entry = createEntry({ database, keys, log: signInLog, askForAccount: (id) => signUps.fromProvider(id), endings })
  const linking = createLinking({ database, flows })
  const providerSignIn = createProviderSignIn({ database, flows, entry, linking, publicUrl })
  providerSignInRoutes(routes, { signIn: providerSignIn, linking, authentication, cookies })
  patientRoutes(routes, { patients, searches: createPatientSearches({ database, keys }), authentication })
  patientRecordRoutes(routes, {
    merges: createPatientMerges({ database, keys, changes }),
    exports: createPatientExports({ database, keys }),
    erasures: createPatientErasures({ database, keys, changes }),
    authentication,
  })
  teamRoutes(routes, { teams: createTeams({ database }), authentication })
  breakGlassRoutes(routes, { breakGlass, authentication })
  auditStateRoutes(routes, { logState: createLogState({ database, destinations }), authentication })
  auditReviewRoutes(routes, { reviews: createAuditReviews({ database, keys, mail, publicUrl }), authentication })
  auditRetentionRoutes(routes, { retention: createRetention({ database, keys, mail, publicUrl }), authentication })
  const alerts = createAlerts({ database, keys, mail, publicUrl, privateAddresses: webhookPrivateAddresses })
  alertRoutes(routes, { alerts, authentication })
  const following = createFollowing({ database, changes })
  changeRoutes(routes, { following, authentication, openEventStream })
  visitRoutes(routes, { visits, authentication })
  linkRoutes(routes, {
    links: createLinks({ database, keys, tickets, changes, mail, live, publicUrl }),
    admissions: createAdmissions({ database, keys, tickets }),
    authentication,
    cookies,
  })
  apiKeyRoutes(routes, { apiKeys: createApiKeys({ database, keys, endings }), authentication })
  auditRoutes(routes, {
    search: createLogSearch({ database, keys, news: logNews }),
    exports: createLogExports({ database, keys, publicUrl }),
    patientLogs: createPatientLogs({ database, keys }),
    savedSearches: createSavedSearches({ database, keys }),
    authentication,
    openEventStream,
    streamFile: createFileStreams(hold),
  })
  roomTokenRoutes(routes, {
    roomTokens: createRoomTokens({ database, keys, tickets, changes, live, publicUrl }),
    authentication,
    cookies,
  })
}
