import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { z } from 'zod'

const folder = process.env['CURTAIN_VECTORS'] ?? resolve(import.meta.dirname, '../../../shared/vectors')

/**
 * One file of other people's test vectors, or null where their folder is absent (they are not part of the project),
 * with a line that says so: `describe.skipIf(file === null)`. Integers of 16 and more digits, which a number may not
 * hold, come as strings.
 * @param path such as `sframe/test-vectors.json`
 * @throws Error if the folder is there and the file is not, or is of another shape
 */
export function vectors<Content>(path: string, shape: z.ZodType<Content>): Content | null {
  if (!existsSync(folder)) {
    process.stderr.write(`Skipped: the test vectors ${path} are not here; CURTAIN_VECTORS names their folder.\n`)
    return null
  }
  const text = readFileSync(resolve(folder, path), 'utf8')
  return shape.parse(JSON.parse(text.replaceAll(/(?<=[:[,]\s*)\d{16,}(?=\s*[\]},])/g, '"$&"')))
}
