/**
 * Whether a page may open the signalling connection: one of ours, by its `Origin` (RFC 6455 §10.2). Browsers always
 * send it and pages cannot change it; what sends none is no browser, has no cookies of anybody to misuse and still needs
 * a ticket.
 * @param origin the `Origin` header
 * @param host the `Host` header
 */
export function isOriginAllowed(origin: string | undefined, host: string | undefined, allowed: readonly string[]): boolean {
  if (origin === undefined) return true
  if (allowed.includes(origin)) return true
  return URL.canParse(origin) && new URL(origin).host === host
}
