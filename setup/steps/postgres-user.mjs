import { capture } from '../run-command.mjs'
import { SetUpError } from '../set-up-error.mjs'

/** Who the embedded PostgreSQL runs as when we are root, which it refuses to be. */
const postgresUserName = 'curtain-postgres'

/** The system user of the embedded PostgreSQL. Not needed when we are not root or use a database elsewhere. */
export const postgresUser = {
  /** @param {import('../prepare.mjs').Context} context */
  isDone({ env }) {
    if (process.getuid?.() !== 0 || env['CURTAIN_DATABASE_URL']) return true
    return capture('id', ['-u', postgresUserName]).status === 0
  },

  /** @param {import('../prepare.mjs').Context} context */
  async run({ progress }) {
    await progress.step(`Creating the system user ${postgresUserName} for the database`, async () => {
      const options = ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent']
      const { status, stderr } = capture('useradd', [...options, '--shell', '/usr/sbin/nologin', postgresUserName])
      if (status !== 0) {
        throw new SetUpError(
          `The system user ${postgresUserName} could not be created: ${stderr.trim()}\nCreate it yourself, run Curtain as an ordinary user, or set CURTAIN_DATABASE_URL to a PostgreSQL of your own.`,
        )
      }
    })
  },
}
