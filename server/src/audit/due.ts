/**
 * Whether something is to be done now.
 * @param next when it is, as the database has it
 * @param mostMs what is further away than this was put off by a clock that was set back since, or by whoever has the database
 */
export function isDue(next: Date, now: Date, mostMs: number): boolean {
  const ahead = next.getTime() - now.getTime()
  return ahead <= 0 || ahead > mostMs
}
