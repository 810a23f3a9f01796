/** The first letters of the first and last word of a name, for where there is no picture. */
export function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word))
  const first = words[0] ?? name
  const last = words.length > 1 ? (words.at(-1) ?? '') : ''
  return [first, last]
    .map((word) => String.fromCodePoint(word.codePointAt(0) ?? 0x20))
    .filter((letter) => letter !== ' ')
    .join('')
    .toLocaleUpperCase()
}

export function Initials({ name }: { name: string }) {
  return (
    <span className="initials" aria-hidden="true">
      {initialsOf(name)}
    </span>
  )
}
