/** A place on the stage, in CSS pixels from its top left corner. */
export interface Box {
  x: number
  y: number
  width: number
  height: number
}

interface Area {
  width: number
  height: number
}

/** Between tiles, in CSS pixels. */
const gap = 8

// A tile wider or taller than this shows more cut-off picture than person.
const widest = 16 / 9
const narrowest = 3 / 4
const narrowestAlone = 9 / 16

function bounded(low: number, value: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

function shaped(width: number, height: number, alone: boolean): Area {
  const shape = bounded(alone ? narrowestAlone : narrowest, width / height, widest)
  return width / height > shape ? { width: height * shape, height } : { width, height: width / shape }
}

/** Equal tiles for `count` people, as large as the area allows, rows centered. */
export function arrangeGrid(count: number, area: Area): Box[] {
  if (count === 0 || area.width <= 0 || area.height <= 0) return []
  let columns = 1
  let tile: Area = { width: 0, height: 0 }
  for (let tried = 1; tried <= count; tried++) {
    const rows = Math.ceil(count / tried)
    const fits = shaped(
      (area.width - gap * (tried - 1)) / tried,
      (area.height - gap * (rows - 1)) / rows,
      count === 1,
    )
    if (fits.width * fits.height > tile.width * tile.height) {
      columns = tried
      tile = fits
    }
  }
  const rows = Math.ceil(count / columns)
  const top = (area.height - rows * tile.height - (rows - 1) * gap) / 2
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns)
    const inRow = row === rows - 1 ? count - row * columns : columns
    const left = (area.width - inRow * tile.width - (inRow - 1) * gap) / 2
    return {
      x: left + (index - row * columns) * (tile.width + gap),
      y: top + row * (tile.height + gap),
      ...tile,
    }
  })
}

/** One large place and a strip of small ones: beside it where the area is wide, below it where it is tall. */
export interface Arrangement {
  main: Box
  /** At most `count` of them: what does not fit is left out. */
  strip: Box[]
}

/** Places for one who is shown large and `count` others. */
export function arrangeStrip(count: number, area: Area): Arrangement {
  if (count === 0) return { main: { x: 0, y: 0, ...area }, strip: [] }
  const wide = area.width > area.height * 1.1
  const tile = wide
    ? { width: bounded(96, area.width * 0.18, 240), height: 0 }
    : { width: 0, height: bounded(72, area.height * 0.17, 150) }
  if (wide) tile.height = tile.width / widest
  else tile.width = tile.height

  const length = wide ? area.height : area.width
  const step = (wide ? tile.height : tile.width) + gap
  const shown = Math.min(count, Math.max(1, Math.floor((length + gap) / step)))
  const start = (length - shown * step + gap) / 2
  const strip = Array.from({ length: shown }, (_, index) =>
    wide
      ? { x: area.width - tile.width, y: start + index * step, ...tile }
      : { x: start + index * step, y: area.height - tile.height, ...tile },
  )
  const main = wide
    ? { x: 0, y: 0, width: area.width - tile.width - gap, height: area.height }
    : { x: 0, y: 0, width: area.width, height: area.height - tile.height - gap }
  return { main, strip }
}
