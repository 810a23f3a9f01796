import { AppError } from './errors.ts'

/**
 * Lets a few run at once and the others wait their turn.
 * @param atOnce how many run
 * @param mostWaiting how many wait, as many as come unless told; whoever comes beyond is turned away with `rate-limited`
 */
export function createTurns(atOnce: number, mostWaiting = Number.POSITIVE_INFINITY): <Result>(run: () => Promise<Result>) => Promise<Result> {
  let running = 0
  const waiting: (() => void)[] = []
  return async (run) => {
    if (running < atOnce) running++
    else if (waiting.length >= mostWaiting) throw new AppError('rate-limited')
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await run()
    } finally {
      // The place goes on to the next without being free in between.
      const next = waiting.shift()
      if (next === undefined) running--
      else next()
    }
  }
}
