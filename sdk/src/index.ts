export * from './types.ts'
export { VisitError, type VisitErrorCode } from './visit-error.ts'
