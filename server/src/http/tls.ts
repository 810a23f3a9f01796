import { readFileSync } from 'node:fs'
import type { ServerOptions } from 'node:https'
import { createSecureContext } from 'node:tls'
import { ConfigError, type Config } from '../config.ts'

/** How long a client may take over the handshake. */
const handshakeMs = 15_000

/**
 * Reads certificate and key: TLS 1.2 (RFC 8996 retires what came before) and newer.
 * @throws ConfigError that names the setting whose file cannot be read, or the two that do not fit
 */
export function tlsOptions({ certFile, keyFile }: NonNullable<Config['tls']>): ServerOptions {
  const cert = read(certFile, 'CURTAIN_TLS_CERT_FILE')
  const key = read(keyFile, 'CURTAIN_TLS_KEY_FILE')
  const options = { cert, key, minVersion: 'TLSv1.2', handshakeTimeout: handshakeMs } as const
  try {
    createSecureContext(options)
  } catch {
    // What OpenSSL says names neither file, and is about one of them.
    throw new ConfigError([
      'CURTAIN_TLS_CERT_FILE, CURTAIN_TLS_KEY_FILE: must be a certificate and its own private key, both in PEM',
    ])
  }
  return options
}

function read(file: string, setting: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'unknown'
    throw new ConfigError([`${setting}: the file cannot be read (${code})`])
  }
}
