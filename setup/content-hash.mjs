import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The SHA-256 of files' names and contents, in hexadecimal. Times and permissions do not count; a path that does not
 * exist counts as absent, so that it makes a difference when it appears.
 *
 * @param {string} root
 * @param {string[]} paths Files or folders, relative to `root`.
 * @param {(path: string) => boolean} [isIncluded] Asked for each file and folder below `paths`, by its path relative to
 *   `root`.
 */
export function contentHash(root, paths, isIncluded = () => true) {
  const hash = createHash('sha256')
  /** @param {string} path */
  const add = (path) => {
    const absolute = join(root, path)
    const stats = statSync(absolute, { throwIfNoEntry: false })
    if (stats?.isDirectory()) {
      const names = readdirSync(absolute)
      names.sort()
      for (const name of names) if (isIncluded(join(path, name))) add(join(path, name))
    } else if (stats?.isFile()) {
      // The lengths keep the end of one part from passing for the beginning of the next.
      const content = readFileSync(absolute)
      hash.update(`${Buffer.byteLength(path)}:${path}:${content.length}:`).update(content)
    }
  }
  for (const path of paths) add(path)
  return hash.digest('hex')
}
