/** Runs tasks one after the other, in the order they came. */
export class SerialQueue {
  #last: Promise<void> = Promise.resolve()

  /** What a task throws is nobody's to catch, and does not keep the next from running. */
  add(task: () => Promise<void> | void): void {
    const before = this.#last
    this.#last = new Promise((resolve) => {
      void before.then(task).finally(resolve)
    })
  }
}
