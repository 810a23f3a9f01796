import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Makes the data folder, and the keys' folder in it, for this system user alone. */
export function ensureDataFolder(folder: string): void {
  for (const path of [folder, join(folder, 'keys')]) {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    const { uid, mode } = statSync(path)
    if (uid !== process.getuid?.()) {
      throw new Error(`${path} belongs to another system user (${uid}). Start Curtain as that user, or choose another folder.`)
    }
    if ((mode & 0o077) !== 0) chmodSync(path, 0o700)
  }
}
