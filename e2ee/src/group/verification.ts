/** One of four parts: 64 × 1000 values, almost 16 bits. */
export interface VerificationPart {
  /** Which of the 64 pictures, 0 … 63. Their drawing and their names are the page's. */
  picture: number
  /** Three digits, `000` … `999`. */
  digits: string
}

/** What everybody in an epoch sees alike, and nobody else can bring about: four parts to be read out and compared. */
export type VerificationCode = readonly [VerificationPart, VerificationPart, VerificationPart, VerificationPart]
