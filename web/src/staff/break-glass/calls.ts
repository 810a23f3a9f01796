import {
  brokenGlass,
  brokenGlassList,
  glassBroken,
  openGlassList,
  reviewsWaiting,
  type BreakGlassId,
  type BreakGlassInput,
  type ReviewInput,
} from '@curtain/protocol'
import { z } from 'zod'
import type { Asking } from '../api/ask.ts'

export const breakGlassCalls = ({ ask, post }: Asking) => ({
  breakGlass: (input: BreakGlassInput) => post('/v1/break-glass', glassBroken, input),
  openGlass: (signal: AbortSignal) => ask('/v1/break-glass/open', openGlassList, { signal }),
  endGlass: (id: BreakGlassId) => ask(`/v1/break-glass/${id}`, z.unknown(), { method: 'DELETE' }),
  brokenGlass: (signal: AbortSignal) => ask('/v1/break-glass', brokenGlassList, { signal }),
  reviewsWaiting: (signal: AbortSignal) => ask('/v1/break-glass/waiting', reviewsWaiting, { signal }),
  reviewGlass: (id: BreakGlassId, review: ReviewInput) => post(`/v1/break-glass/${id}/review`, brokenGlass, review),
})
