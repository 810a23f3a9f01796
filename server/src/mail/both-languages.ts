/** What a mail says to somebody of whom nothing is known but their address: first in English, then in Spanish. */
export function inBothLanguages(english: string, spanish: string): string {
  return `${english}\n\n${'–'.repeat(20)}\n\n${spanish}\n`
}
