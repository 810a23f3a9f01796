import { z } from 'zod'

// Compiling schemas to code needs `eval`, which the pages' Content Security Policy refuses (their
// workers' too), and browsers report even the attempt. So this comes before any schema is made.
if ('document' in globalThis || 'WorkerGlobalScope' in globalThis) z.config({ jitless: true })
