/**
 * How far the server's clock is ahead of this device's, in milliseconds, to a second or so, by the date of an answer
 * (RFC 9110 §6.6.1). 0 where that cannot be told.
 */
export async function serverClockOffset(): Promise<number> {
  try {
    const before = Date.now()
    const response = await fetch('/healthz', { cache: 'no-store' })
    // Nobody needs the body, but a request whose body is not read is not over.
    await response.text()
    const date = Date.parse(response.headers.get('date') ?? '')
    return Number.isNaN(date) ? 0 : date - (before + Date.now()) / 2
  } catch {
    return 0
  }
}
