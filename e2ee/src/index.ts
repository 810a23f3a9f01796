export * from './errors.ts'
export type * from './group/session-types.ts'
export type * from './group/verification.ts'
