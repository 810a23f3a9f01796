/** Runs tasks one after the other, in the order given. */
export interface Queue {
  /** Resolves and rejects as the task does; a task that fails does not hold up the next. */
  run<Result>(task: () => Promise<Result> | Result): Promise<Result>
}

export function createQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve()
  return {
    run(task) {
      const result = last.then(task)
      last = result.catch(() => undefined)
      return result
    },
  }
}
