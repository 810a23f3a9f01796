const ends = 6

/** An id as much of it as tells it apart on a page: what it is of, and its last letters, which are drawn by chance. */
export function shortId(id: string): string {
  const split = id.indexOf('_') + 1
  return id.length - split <= ends ? id : `${id.slice(0, split)}…${id.slice(-ends)}`
}
