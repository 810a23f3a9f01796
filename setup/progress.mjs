/**
 * Tells a person what is being done, how far it is and how long it took.
 *
 * @typedef {object} Progress
 * @property {(line: string) => void} say Prints a line.
 * @property {<T>(title: string, work: (report: (fraction: number) => void) => Promise<T>) => Promise<T>} step Prints
 *   the title, does the work and prints how long it took. `report` takes how much is done, from 0 to 1.
 */

/**
 * @param {number} milliseconds
 * @returns {string} Such as `48 s` or `3 min 17 s`.
 */
export function duration(milliseconds) {
  const seconds = Math.round(milliseconds / 1000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/**
 * On a terminal the line of a step is updated in place each second; elsewhere (a log, CI) a line follows every ten.
 *
 * @param {{ write(text: string): unknown, isTTY?: boolean }} output
 * @param {() => number} [now] Milliseconds.
 * @returns {Progress}
 */
export function createProgress(output, now = Date.now) {
  const isTerminal = output.isTTY === true
  return {
    say: (line) => void output.write(`${line}\n`),
    async step(title, work) {
      const start = now()
      /** @type {number | undefined} */
      let fraction
      const state = () =>
        `${fraction === undefined ? '' : `${Math.floor(fraction * 100)} %, `}${duration(now() - start)}`
      const show = () => output.write(isTerminal ? `\r\x1b[K${title} … ${state()}` : `  ${state()}\n`)

      output.write(isTerminal ? `${title} …` : `${title} …\n`)
      const timer = setInterval(show, isTerminal ? 1000 : 10_000)
      let outcome = 'failed after'
      try {
        const result = await work((done) => void (fraction = done))
        outcome = 'done in'
        return result
      } finally {
        clearInterval(timer)
        const end = `${outcome} ${duration(now() - start)}\n`
        output.write(isTerminal ? `\r\x1b[K${title} … ${end}` : `  ${end}`)
      }
    },
  }
}
