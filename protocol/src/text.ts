import { z } from 'zod'

// Control, format (bidirectional overrides, soft hyphens, tags) and unassigned characters have no place in one line of
// text, and can make one name look like another; so can the letters that are drawn as nothing. Joiners stay: names in
// Persian and several Indic scripts need them, and so do pictures of people. Flags of subdivisions, made of tags, are lost.
const unprintable = /(?![\u200C\u200D])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u115F\u1160\u2800\u3164\uFFA0]/u

/**
 * One line of text that a person typed: trimmed, NFC, no control or direction-changing characters.
 * @param maxLength in UTF-16 units, after trimming.
 */
export function line(maxLength: number) {
  return z
    .string()
    .max(maxLength * 4)
    .transform((text) => text.normalize('NFC').trim())
    .pipe(
      z
        .string()
        .min(1)
        .max(maxLength)
        .refine((text) => !unprintable.test(text), 'has characters that cannot be shown'),
    )
}

/**
 * What `paragraph` makes of a text, without what it would refuse: pasted text often has invisible characters. Line
 * breaks and tabs stay; NFC.
 */
export function withoutUnprintable(text: string): string {
  const composed = text.normalize('NFC').replaceAll('\r\n', '\n')
  return Array.from(composed, (character) => (/[\n\t]/.test(character) || !unprintable.test(character) ? character : '')).join('')
}

/** A person's name as they are shown to others in a visit. */
export const personName = line(100)

/** Several lines of text, such as the reason for a visit. */
export function paragraph(maxLength: number) {
  return z
    .string()
    .max(maxLength * 4)
    .transform((text) => text.normalize('NFC').replaceAll('\r\n', '\n').trim())
    .pipe(
      z
        .string()
        .max(maxLength)
        .refine((text) => !unprintable.test(text.replaceAll(/[\n\t]/g, ' ')), 'has characters that cannot be shown'),
    )
}

/**
 * An e-mail address, lower case: an account is found by it. ASCII alone (RFC 5321), looked at before the letters are made
 * small: an address with letters that look like others (a Cyrillic а, a full-width ａ, the sign of the kelvin, which would
 * become a k) is nobody's, neither beside another nor instead of it. Mailboxes with other letters (RFC 6531) are few, and
 * domains with them have an ASCII form (RFC 5890), which shows that they are no others.
 */
export const email = z
  .string()
  .max(254)
  .transform((text) => text.trim())
  .pipe(z.string().regex(/^[!-~]+$/, 'has characters that an address cannot have'))
  .transform((text) => text.toLowerCase())
  .pipe(z.email())

/** An instant, ISO 8601 in UTC: `2026-03-01T09:30:00.000Z`. */
export const instant = z.iso.datetime({ precision: 3 })
