/** Answers that must not tell by their time what was found come at a multiple of this. */
const stepMs = 250

/** How long an answer still waits. @param startedAt when its work began, of `performance.now()` */
export function msToNextStep(startedAt: number): number {
  return stepMs - ((performance.now() - startedAt) % stepMs)
}
