/** A piece of a message: words, or an address that may be followed. */
export type Piece = { text: string } | { href: string }

// Not before whitespace and what quotes an address; what ends a sentence is taken off afterwards.
const addresses = /https?:\/\/[^\s<>"“”«»]+/giu
const sentenceEnd = /[.,;:!?'’…]+$/u
const brackets: Record<string, string> = { ')': '(', ']': '[', '}': '{' }

/** Takes off what belongs to the sentence around an address: full stops, and brackets that were opened before it. */
function withoutSentence(text: string): string {
  let address = text
  for (;;) {
    const shorter = address.replace(sentenceEnd, '')
    const last = shorter.at(-1) ?? ''
    const opening = brackets[last]
    const isOpenedInside = opening !== undefined && shorter.split(opening).length >= shorter.split(last).length
    address = opening === undefined || isOpenedInside ? shorter : shorter.slice(0, -1)
    if (address === shorter) return address
  }
}

/**
 * The address as a browser would go there (WHATWG URL): ASCII only, foreign letters of the host in Punycode, so that
 * nothing can look like another site. Null for what is no address over HTTP, or hides its host behind a user name.
 */
function addressOf(text: string): string | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null
  return url.username === '' && url.password === '' ? url.href : null
}

/** Cuts a message into words and addresses, in order; nothing is lost. Only what begins with http:// or https:// counts. */
export function splitLinks(message: string): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (const match of message.matchAll(addresses)) {
    const address = withoutSentence(match[0])
    const href = addressOf(address)
    if (href === null) continue
    if (match.index > from) pieces.push({ text: message.slice(from, match.index) })
    pieces.push({ href })
    from = match.index + address.length
  }
  if (from < message.length) pieces.push({ text: message.slice(from) })
  return pieces
}
