/**
 * The value below which `share` of the values lie, by linear interpolation between the closest ranks (the definition
 * that spreadsheets call PERCENTILE.INC).
 * @param share 0 … 1, such as 0.95
 * @throws RangeError when there are no values, as there is no honest answer then
 */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0 || !(share >= 0 && share <= 1)) throw new RangeError('a percentile needs values and a share in 0 … 1')
  const sorted = values.toSorted((a, b) => a - b)
  const rank = share * (sorted.length - 1)
  const below = sorted[Math.floor(rank)] ?? Number.NaN
  const above = sorted[Math.ceil(rank)] ?? Number.NaN
  return below + (above - below) * (rank - Math.floor(rank))
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

/** Half the distance between the quartiles as a share of the median: how far rounds of the same thing lie apart. */
export function spread(values: readonly number[]): number {
  return (percentile(values, 0.75) - percentile(values, 0.25)) / 2 / median(values)
}
