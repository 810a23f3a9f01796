/** What went wrong and what the person can do about it, in words fit to be shown. */
export class SetUpError extends Error {
  /**
   * @param {string} message
   * @param {{ cause?: unknown, logFile?: string }} [details] `logFile` holds the output of the command that failed.
   */
  constructor(message, { cause, logFile } = {}) {
    super(message, { cause })
    this.name = 'SetUpError'
    this.logFile = logFile
  }
}
