import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { repository } from './paths.mjs'
import { createProgress } from './progress.mjs'
import { ninjaFraction } from './steps/media-worker-build.mjs'
import { cacheKeys, cachedWorker, isWorkingWorker, recipeHash } from './steps/media-worker-cache.mjs'
import { download, downloadPrebuiltWorker, prebuiltAddress } from './steps/media-worker-prebuilt.mjs'
import { readyWorker } from './steps/media-worker.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'curtain-worker-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A program that ends as a worker does which was not started by Node, or with another status. */
const program = (name: string, status = 41) => {
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\nexit ${status}\n`)
  chmodSync(path, 0o755)
  return path
}

test("a person's own worker comes before the cache, and Curtain's variable before mediasoup's", () => {
  const first = program('first')
  const second = program('second')
  const built = program('built')
  const prebuilt = program('prebuilt')
  const cached = { built, prebuilt }
  expect(readyWorker({ CURTAIN_MEDIA_WORKER: first, MEDIASOUP_WORKER_BIN: second }, cached)).toBe(first)
  expect(readyWorker({ MEDIASOUP_WORKER_BIN: second }, cached)).toBe(second)
  expect(readyWorker({}, cached)).toBe(built)
  expect(readyWorker({}, { built: join(folder, 'none'), prebuilt })).toBe(prebuilt)
  expect(readyWorker({}, { built: join(folder, 'none'), prebuilt: join(folder, 'none') })).toBeUndefined()
})

test("the project's worker is not taken from the cache by someone who refuses it", () => {
  const cached = { built: join(folder, 'none'), prebuilt: program('prebuilt') }
  expect(readyWorker({ CURTAIN_MEDIA_WORKER_PREBUILT: 'never' }, cached)).toBeUndefined()
})

test('a worker of their own that does not start is an error which names the variable', () => {
  const cached = { built: program('built'), prebuilt: program('prebuilt') }
  for (const broken of [join(folder, 'absent'), folder, program('crashes', 139)]) {
    expect(() => readyWorker({ MEDIASOUP_WORKER_BIN: broken }, cached)).toThrow(`MEDIASOUP_WORKER_BIN is ${broken}`)
  }
})

test('a cached worker that no longer starts is passed over', () => {
  const prebuilt = program('prebuilt')
  expect(readyWorker({}, { built: program('built', 127), prebuilt })).toBe(prebuilt)
  const plainFile = join(folder, 'plain')
  writeFileSync(plainFile, '')
  expect(isWorkingWorker(plainFile)).toBe(false)
})

test('the cache key changes with the version, the recipe, the distribution and the architecture', () => {
  const of = { version: '3.27.1', recipe: 'a'.repeat(64), distribution: { id: 'debian', version: '12' }, arch: 'x64' }
  const keys = [
    of,
    { ...of, version: '3.27.2' },
    { ...of, recipe: 'b'.repeat(64) },
    { ...of, distribution: { id: 'debian', version: '13' } },
    { ...of, distribution: { id: 'ubuntu', version: '12' } },
    { ...of, arch: 'arm64' },
  ].map((each) => cacheKeys(each))
  expect(new Set(keys.map(({ built }) => built)).size).toBe(keys.length)
  expect(new Set(keys.flatMap(({ built, prebuilt }) => [built, prebuilt])).size).toBe(keys.length + 3)
  expect(cachedWorker('/cache', 'key')).toBe('/cache/media-worker/key/mediasoup-worker')
})

test('the recipe counts with its patches and native files, but not with its documentation', () => {
  cpSync(join(repository, 'media-worker'), join(folder, 'media-worker'), { recursive: true })
  const recipe = recipeHash(folder)
  expect(recipe).toBe(recipeHash(repository))

  writeFileSync(join(folder, 'media-worker', 'README.md'), 'other words')
  expect(recipeHash(folder)).toBe(recipe)

  writeFileSync(join(folder, 'media-worker', 'patches', 'another.patch'), '')
  const patched = recipeHash(folder)
  expect(patched).not.toBe(recipe)

  writeFileSync(join(folder, 'media-worker', 'native', 'meson.build'), '')
  expect(recipeHash(folder)).not.toBe(patched)
})

test("the ready-made worker's address is the one of mediasoup's own install script, or of a mirror", () => {
  const manifest = { version: '3.27.1', repository: { url: 'git+https://example.org/media/soup.git' } }
  const machine = { arch: 'x64', kernel: '6.1.0-35-amd64', base: undefined }
  const file = '3.27.1/mediasoup-worker-3.27.1-linux-x64-kernel6.tgz'
  expect(prebuiltAddress(manifest, machine)).toBe(`https://example.org/media/soup/releases/download/${file}`)
  expect(prebuiltAddress(manifest, { ...machine, base: 'https://mirror.example' })).toBe(`https://mirror.example/${file}`)
})

const { signal } = new AbortController()

/** Runs `use` with the address of a web server on this machine. */
async function withServer(answer: RequestListener, use: (address: string) => Promise<void>, host = '127.0.0.1') {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  try {
    const listening = server.address()
    if (listening === null || typeof listening === 'string') throw new Error('The server does not listen on a port')
    await use(`http://127.0.0.1:${listening.port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('a download that is refused or not answered in time fails', async () => {
  const answer: RequestListener = (request, response) => {
    if (request.url === '/missing') response.writeHead(404).end()
    if (request.url === '/there') response.end('worker')
  }
  await withServer(answer, async (address) => {
    expect((await download(`${address}/there`, signal)).toString()).toBe('worker')
    await expect(download(`${address}/missing`, signal)).rejects.toThrow('404')
    await expect(download(`${address}/silent`, signal, 50)).rejects.toThrow()
  })
})

test('a download without TLS is refused, also one that a redirection leads to', async () => {
  await expect(download('http://mirror.example/worker.tgz', signal)).rejects.toThrow('https only')
  const elsewhere = Object.values(networkInterfaces()).flat().find((one) => one?.family === 'IPv4' && !one.internal)?.address
  if (elsewhere === undefined) return
  const answer: RequestListener = ({ url, headers }, response) => {
    if (url === '/moved') response.writeHead(302, { location: `http://${elsewhere}:${headers.host?.split(':')[1]}/there` }).end()
    else response.end('worker')
  }
  await withServer(answer, (address) => expect(download(`${address}/moved`, signal)).rejects.toThrow('https only'), '0.0.0.0')
})

test('a ready-made worker is kept if it starts here, and leaves no trace otherwise', async () => {
  const mediasoup = join(folder, 'node_modules', 'mediasoup')
  mkdirSync(mediasoup, { recursive: true })
  writeFileSync(join(mediasoup, 'package.json'), '{ "version": "3.27.1", "repository": { "url": "git+https://example.org/x.git" } }')
  const archive = (status: number) => {
    program('mediasoup-worker', status)
    return spawnSync('tar', ['-cz', '-C', folder, 'mediasoup-worker']).stdout
  }
  const archives: Record<string, Buffer> = { works: archive(41), crashes: archive(139), garbage: Buffer.from('<html>') }
  const answer: RequestListener = (request, response) => response.end(archives[request.url?.split('/')[1] ?? ''])

  await withServer(answer, async (address) => {
    const workers = join(folder, 'cache', 'media-worker')
    const fetchFrom = (mirror: string) =>
      downloadPrebuiltWorker(
        {
          root: folder,
          cache: join(folder, 'cache'),
          env: { PATH: process.env['PATH'], MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL: `${address}/${mirror}` },
          progress: createProgress({ write: () => {} }),
          signal,
        },
        join(workers, 'key', 'mediasoup-worker'),
      )
    expect(await fetchFrom('crashes')).toBeUndefined()
    expect(await fetchFrom('garbage')).toBeUndefined()
    expect(readdirSync(workers)).toEqual([])

    const path = await fetchFrom('works')
    expect(path).toBe(join(workers, 'key', 'mediasoup-worker'))
    expect(existsSync(path ?? '') && isWorkingWorker(path ?? '')).toBe(true)
    expect(readdirSync(workers)).toEqual(['key'])
  })
})

test("ninja's lines tell how far the build is", () => {
  expect(ninjaFraction('[139/278] Compiling C++ object')).toBe(0.5)
  expect(ninjaFraction('warning: [1/2]')).toBeUndefined()
})
