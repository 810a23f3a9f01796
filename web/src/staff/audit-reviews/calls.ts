import { reviewList, reviewOverview, reviewRules, signedOff, type ReviewQuery, type ReviewRules, type SignOffInput } from '@curtain/protocol'
import type { Asking } from '../api/ask.ts'

export const auditReviewCalls = ({ ask, post }: Asking) => ({
  reviewItems: (query: ReviewQuery, signal?: AbortSignal) =>
    ask(`/v1/audit/reviews?${new URLSearchParams({ ...query })}`, reviewList, { ...(signal && { signal }) }),
  reviewOverview: (signal: AbortSignal) => ask('/v1/audit/reviews/overview', reviewOverview, { signal }),
  signOff: (input: SignOffInput) => post('/v1/audit/reviews/sign-off', signedOff, input),
  reviewRules: (signal: AbortSignal) => ask('/v1/audit/reviews/rules', reviewRules, { signal }),
  changeReviewRules: (rules: ReviewRules) => ask('/v1/audit/reviews/rules', reviewRules, { method: 'PUT', body: rules }),
})
