import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePort } from './curtain.ts'

/** A real S3 store (Ceph's), empty, held in memory. It enforces policies, versions and object locks. */
export interface ObjectStore extends AsyncDisposable {
  endpoint: string
  accessKeyId: string
  secretAccessKey: string
}

const accessKeyId = 'HARBORKEY'
const secretAccessKey = 'harborsecret'
const run = promisify(execFile)

const configOf = (folder: string, { fsid, monitor, gateway }: { fsid: string; monitor: number; gateway: number }) => `
[global]
fsid = ${fsid}
mon_host = v2:127.0.0.1:${monitor}
ms_bind_msgr1 = false
ms_mon_client_mode = crc
ms_mon_cluster_mode = crc
ms_mon_service_mode = crc
ms_client_mode = crc
ms_cluster_mode = crc
ms_service_mode = crc
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
auth_allow_insecure_global_id_reclaim = false
osd_pool_default_size = 1
osd_pool_default_min_size = 1
mon_allow_pool_size_one = true
osd_pool_default_pg_num = 1
osd_pool_default_pgp_num = 1
osd_pool_default_pg_autoscale_mode = off
mon_max_pg_per_osd = 10000
mon_data_avail_warn = 1
mon_data_avail_crit = 0
mon_election_timeout = 1
paxos_propose_interval = 0.05
osd_crush_chooseleaf_type = 0
osd_objectstore = memstore
memstore_device_bytes = 268435456
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
run_dir = ${folder}/run
admin_socket = ${folder}/run/$name.asok
log_file = ${folder}/log/$name.log
crash_dir = ${folder}/log
mon_data = ${folder}/mon
osd_data = ${folder}/osd
rgw_data = ${folder}/rgw
[client.rgw]
rgw_frontends = beast endpoint=127.0.0.1:${gateway}
rgw_thread_pool_size = 32
rgw_enable_usage_log = false
rgw_run_sync_thread = false
rgw_dns_name = localhost
`

/** The smallest Ceph that stores: one monitor, one storage daemon, one gateway. Up in about two seconds. */
export async function startObjectStore(): Promise<ObjectStore> {
  const folder = mkdtempSync('/dev/shm/curtain-objects-')
  for (const name of ['mon', 'osd', 'run', 'log', 'rgw']) mkdirSync(join(folder, name))
  const fsid = randomUUID()
  const [monitor, gateway] = [await freePort(), await freePort()]
  const config = join(folder, 'ceph.conf')
  writeFileSync(config, configOf(folder, { fsid, monitor, gateway }))
  const env = { ...process.env, CEPH_CONF: config }
  const started: ChildProcess[] = []
  const start = (program: string, args: string[]) => started.push(spawn(program, args, { env, stdio: 'ignore' }))
  const complete = (program: string, args: string[]) => run(program, args, { env })

  async function stop(): Promise<void> {
    for (const child of started.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      const exited = once(child, 'exit')
      // Nothing of it is to be kept.
      child.kill('SIGKILL')
      await exited
    }
    rmSync(folder, { recursive: true, force: true })
  }

  const endpoint = `http://localhost:${gateway}`
  try {
    const [keyring, monmap] = [join(folder, 'keyring'), join(folder, 'monmap')]
    await complete('ceph-authtool', ['--create-keyring', keyring, '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *'])
    await complete('monmaptool', ['--create', '--fsid', fsid, '--addv', 'a', `v2:127.0.0.1:${monitor}`, monmap])
    await complete('ceph-mon', ['--mkfs', '-i', 'a', '--monmap', monmap, '--keyring', keyring])
    start('ceph-mon', ['-f', '-i', 'a'])
    const osd = randomUUID()
    await complete('ceph', ['osd', 'new', osd])
    await complete('ceph-osd', ['--no-mon-config', '-i', '0', '--mkfs', '--osd-uuid', osd])
    start('ceph-osd', ['--no-mon-config', '-f', '-i', '0'])
    start('radosgw', ['--no-mon-config', '-f', '-n', 'client.rgw'])
    await answers(endpoint)
    await complete('radosgw-admin', [
      '--no-mon-config', '-n', 'client.rgw', 'user', 'create', '--uid=harbor', '--display-name=Harbor',
      `--access-key=${accessKeyId}`, `--secret-key=${secretAccessKey}`,
    ])
  } catch (error) {
    await stop()
    throw error
  }
  return { endpoint, accessKeyId, secretAccessKey, [Symbol.asyncDispose]: stop }
}

async function answers(endpoint: string): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await delay(50)) {
    const answer = await fetch(endpoint).catch(() => null)
    if (answer !== null) return
  }
  throw new Error('the object store did not answer in a minute')
}
