import { fileURLToPath } from 'node:url'
import type { OrganizationId } from '@curtain/protocol'
import { createSequencer, type Pass } from '../../server/src/audit/sequencer.ts'
import { type Database, type DatabaseConnection, openDatabase, type Transaction } from '../../server/src/database/database.ts'
import { createSealer, forms } from '../../server/src/keys/fields.ts'
import type { Keys, OrganizationSealer } from '../../server/src/keys/keys.ts'

/**
 * A place in one pass of a sequencer: before the statement of this number, before the transaction is committed, or right after
 * that.
 */
export type Step = number | 'commit' | 'committed'

/** What is passed to the process of its own that this file is run as. */
export interface KilledPass {
  connection: DatabaseConnection
  organizationId: OrganizationId
  step: Step
}

/** The whole command line of such a process. */
export const killedPass = (pass: KilledPass): string[] => [fileURLToPath(import.meta.url), JSON.stringify(pass)]

/** Real sealing, with a key that the processes of a test know without telling each other. */
export const sharedKeys: Pick<Keys, 'sealer'> = {
  sealer(organizationId) {
    const sealer = createSealer({ form: forms.organization, owner: [organizationId], version: () => 1, keyOf: () => Buffer.alloc(32, 7) })
    const others = (): never => {
      throw new Error('a sequencer seals nothing of patients')
    }
    const whole: OrganizationSealer = { ...sealer, patient: others, patients: others, newPatient: others, keepPatient: others, index: { exact: others, name: others, beginning: others } }
    return Promise.resolve(whole)
  },
}

/** One pass that tells of each of its steps before it is done. */
export function passByStep(database: Database, organizationId: OrganizationId, reached: (step: Step) => void): Promise<Pass> {
  const inOrganization: Database['inOrganization'] = async (id, run) => {
    let statements = 0
    const plugin: Parameters<Transaction['withPlugin']>[0] = {
      transformQuery({ node }) {
        reached(++statements)
        return node
      },
      transformResult: ({ result }) => Promise.resolve(result),
    }
    const result = await database.inOrganization(id, async (tx) => {
      const done = await run(tx.withPlugin(plugin))
      reached('commit')
      return done
    })
    reached('committed')
    return result
  }
  return createSequencer({ database: { ...database, inOrganization }, keys: sharedKeys }).pass(organizationId, { signNow: true })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { connection, organizationId, step }: KilledPass = JSON.parse(process.argv[2] ?? '')
  await passByStep(openDatabase(connection, { poolSize: 1 }), organizationId, (reached) => {
    if (reached === step) process.kill(process.pid, 'SIGKILL')
  })
}
