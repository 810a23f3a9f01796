/**
 * Whether a page may open the signalling connection: one of ours, by its `Origin` (RFC 6455 §10.2). Browsers always
 * send it and pages cannot change it; what sends none is no browser, has no cookies of anybody to misuse and still needs
 * a ticket. The `Host` header has no say: a page whose name was pointed at this server brings a host to match.
 * @param origin the `Origin` header
 */
export function isOriginAllowed(origin: string | undefined, allowed: readonly string[]): boolean {
  return origin === undefined || allowed.includes(origin)
}
