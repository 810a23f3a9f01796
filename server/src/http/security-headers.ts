/**
 * The headers of every answer. Scripts, styles and connections are the server's own and nothing else's; no script is
 * inline. Pictures and sound of a visit are `blob:` and streams. The pages set styles through the CSSOM, which needs no
 * exception; Mantine's style attributes do.
 * @param origins our own, for WebSocket connections: not every browser counts `ws:` as `'self'`
 */
export function securityHeaders(origins: readonly string[], secure: boolean): Record<string, string> {
  // A policy has no way to write an IPv6 address down.
  const sockets = origins.filter((origin) => !origin.includes('[')).map((origin) => origin.replace(/^http/, 'ws'))
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob: mediastream:",
    "font-src 'self'",
    `connect-src ${["'self'", ...sockets].join(' ')}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    ...(secure ? ['upgrade-insecure-requests'] : []),
  ]
  return {
    'content-security-policy': policy.join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'permissions-policy': [
      ...['camera', 'microphone', 'display-capture', 'picture-in-picture', 'fullscreen', 'speaker-selection'].map(
        (feature) => `${feature}=(self)`,
      ),
      ...['geolocation', 'payment', 'usb', 'browsing-topics'].map((feature) => `${feature}=()`),
    ].join(', '),
    ...(secure ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  }
}
