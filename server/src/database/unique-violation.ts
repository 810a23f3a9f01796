/** Whether the database refused a row because there is one like it already (PostgreSQL appendix A, unique_violation). */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505'
}
