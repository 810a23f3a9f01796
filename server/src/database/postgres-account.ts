import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'

/** The system user that PostgreSQL runs as. `uid` and `gid` are those to change to; undefined where we stay ourselves. */
export interface PostgresAccount {
  uid: number | undefined
  gid: number | undefined
  /** Who connects: Curtain's own system user, known to PostgreSQL by the socket's peer credentials. */
  clientName: string
}

/**
 * Finds the system user for PostgreSQL, which refuses to run as root: ourselves, or, when Curtain runs as root,
 * `curtain-postgres` (the set-up makes it) or else Debian's `postgres`.
 */
export function findPostgresAccount(
  uid = process.getuid?.(),
  passwd = () => readFileSync('/etc/passwd', 'utf8'),
): PostgresAccount {
  if (uid !== 0) return { uid: undefined, gid: undefined, clientName: userInfo().username }
  const accounts = new Map(
    passwd()
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name = '', , accountUid, accountGid]) => [name, { uid: Number(accountUid), gid: Number(accountGid) }]),
  )
  const account = accounts.get('curtain-postgres') ?? accounts.get('postgres')
  if (account === undefined || !(account.uid > 0)) {
    throw new Error(
      'PostgreSQL does not run as root and needs a system user of its own. Make it with:\n' +
        '  useradd --system --user-group --no-create-home --shell /usr/sbin/nologin curtain-postgres',
    )
  }
  return { ...account, clientName: 'root' }
}
