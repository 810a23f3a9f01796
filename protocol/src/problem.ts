import { z } from 'zod'

/** An HTTP error body: RFC 9457 problem details, with our code as an extension member. */
export const problem = z.object({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  /** Fields that were not accepted, as JSON paths; never their values. */
  fields: z.array(z.string()).optional(),
  /** Finds the request in the server's log. */
  reference: z.string().optional(),
})
export type Problem = z.infer<typeof problem>
