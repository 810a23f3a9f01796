export { createAuthority, type Authority } from './authority.ts'
export { readKeyPackage } from './read-key-package.ts'
export { EncryptionError } from '../errors.ts'
