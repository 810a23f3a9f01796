import { qualityOf } from './quality.ts'
import { figuresBetween, type SamplePair } from './transport-stats.ts'

/** The most often that others are told. */
const everyMs = 2000

/** Follows the quality of this person's connection, two seconds at a time. */
export class QualityReporter {
  readonly #report: (quality: number) => void
  #from: SamplePair | null = null
  #quality = 4

  /** @param report called when the quality changes, at most once in 2 s. */
  constructor(report: (quality: number) => void) {
    this.#report = report
  }

  get quality(): number {
    return this.#quality
  }

  /** New transports count from 0 again. */
  reset(): void {
    this.#from = null
  }

  take(sample: SamplePair, isFlowing: boolean): void {
    const from = this.#from
    if (from === null) {
      this.#from = sample
      return
    }
    if (sample.at - from.at < everyMs) return
    this.#from = sample
    const quality = qualityOf(figuresBetween(from, sample), isFlowing)
    if (quality === this.#quality) return
    this.#quality = quality
    this.#report(quality)
  }
}
