import type { ParticipantId } from '@curtain/protocol'

/**
 * Who compared the verification code. Each epoch has its own code, so that it is about one epoch only. Replaced as a
 * whole on each change.
 */
export interface CodeComparison {
  /** The present epoch; null before the first. */
  epoch: number | null
  /** Those who said so, oneself included. */
  comparedBy: ReadonlySet<ParticipantId>
  /** This person compared the present code. */
  isOwn: boolean
  /** The code changed after this person had compared it; until they compare again or dismiss it. */
  isChanged: boolean
}

export const nothingCompared: CodeComparison = { epoch: null, comparedBy: new Set(), isOwn: false, isChanged: false }

/** Keys changed, and the code with them: whoever compared the one of before has not compared this one. */
export function afterEpoch({ isOwn, isChanged }: CodeComparison, epoch: number): CodeComparison {
  return { epoch, comparedBy: new Set(), isOwn: false, isChanged: isOwn || isChanged }
}

/**
 * Somebody said that they compared the code of an epoch.
 * What is said of another epoch than the present one was true of another code.
 */
export function afterCompared(comparison: CodeComparison, by: ParticipantId, epoch: number): CodeComparison {
  if (comparison.epoch !== epoch || comparison.comparedBy.has(by)) return comparison
  return { ...comparison, comparedBy: new Set([...comparison.comparedBy, by]) }
}

/** This person compared the code of an epoch. */
export function afterOwnComparison(comparison: CodeComparison, self: ParticipantId, epoch: number): CodeComparison {
  if (comparison.epoch !== epoch) return comparison
  return { ...afterCompared(comparison, self, epoch), isOwn: true, isChanged: false }
}

/** This person saw that the code changed. */
export function afterDismissal(comparison: CodeComparison): CodeComparison {
  return comparison.isChanged ? { ...comparison, isChanged: false } : comparison
}
