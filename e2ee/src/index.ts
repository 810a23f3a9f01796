export * from './errors.ts'
export type * from './session-types.ts'
export type * from './verification.ts'
