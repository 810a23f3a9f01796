import type { Migration } from 'kysely/migration'
import { up as firstTables } from './0001-first-tables.ts'
import { up as visitsInProgress } from './0002-visits-in-progress.ts'
import { up as encryptionOfVisits } from './0003-encryption-of-visits.ts'
import { up as organizationKeys } from './0004-organization-keys.ts'
import { up as roles } from './0005-roles.ts'
import { up as protectionOfAccounts } from './0006-protection-of-accounts.ts'
import { up as sessionSafety } from './0007-session-safety.ts'
import { up as patientRecords } from './0008-patient-records.ts'
import { up as teamsAndBreakGlass } from './0009-teams-and-break-glass.ts'
import { up as apiKeysAndRoomTokens } from './0010-api-keys-and-room-tokens.ts'
import { up as identityProvidersAndSignUps } from './0011-identity-providers-and-sign-ups.ts'
import { up as checksOfLinks } from './0012-checks-of-links.ts'
import { up as forgottenPasswords } from './0013-forgotten-passwords.ts'
import { up as auditLog } from './0014-audit-log.ts'
import { up as auditRetention } from './0016-audit-retention.ts'
import { up as keepingTheLog } from './0015-keeping-the-log.ts'
import { up as auditSearch } from './0017-audit-search.ts'
import { up as auditReviews } from './0018-audit-reviews.ts'
import { up as alerts } from './0019-alerts.ts'
import { up as reviewOfLists } from './0020-review-of-lists.ts'
import { up as oldWebhookSecrets } from './0021-old-webhook-secrets.ts'

/** Every migration, in the order in which they run. Forward only; one that was released is never edited. */
export const migrations: Record<string, Migration> = {
  '0001-first-tables': { up: firstTables },
  '0002-visits-in-progress': { up: visitsInProgress },
  '0003-encryption-of-visits': { up: encryptionOfVisits },
  '0004-organization-keys': { up: organizationKeys },
  '0005-roles': { up: roles },
  '0006-protection-of-accounts': { up: protectionOfAccounts },
  '0007-session-safety': { up: sessionSafety },
  '0008-patient-records': { up: patientRecords },
  '0009-teams-and-break-glass': { up: teamsAndBreakGlass },
  '0010-api-keys-and-room-tokens': { up: apiKeysAndRoomTokens },
  '0011-identity-providers-and-sign-ups': { up: identityProvidersAndSignUps },
  '0012-checks-of-links': { up: checksOfLinks },
  '0013-forgotten-passwords': { up: forgottenPasswords },
  '0014-audit-log': { up: auditLog },
  '0016-audit-retention': { up: auditRetention },
  '0015-keeping-the-log': { up: keepingTheLog },
  '0017-audit-search': { up: auditSearch },
  '0018-audit-reviews': { up: auditReviews },
  '0019-alerts': { up: alerts },
  '0020-review-of-lists': { up: reviewOfLists },
  '0021-old-webhook-secrets': { up: oldWebhookSecrets },
}
