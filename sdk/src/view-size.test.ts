import { expect, test } from 'vitest'
import { layerForView } from './view-size.ts'

test.each([
  [0, 0, null],
  [320, 0, null],
  [160, 90, 0],
  [400, 225, 0],
  [480, 270, 1],
  [800, 450, 1],
  [1280, 720, 2],
  [2560, 1440, 2],
])('a picture of %d × %d needs layer %s', (width, height, layer) => {
  expect(layerForView(width, height)).toBe(layer)
})
