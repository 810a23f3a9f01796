/** Simulcast layers of a camera: a quarter, a half and the whole of it, by `encodings.ts`. */
export type SpatialLayer = 0 | 1 | 2

const cameraHeight = 720
// A picture may be stretched by a quarter before anybody sees it; a layer above costs four times the bits.
const stretch = 1.25

/**
 * The layer worth receiving for a picture shown this large, in device pixels; null when it is not shown.
 * Decided by height: a tile is cropped at its sides, not above.
 */
export function layerForView(width: number, height: number): SpatialLayer | null {
  if (width <= 0 || height <= 0) return null
  if (height <= (cameraHeight / 4) * stretch) return 0
  return height <= (cameraHeight / 2) * stretch ? 1 : 2
}
