import { DamagedFile } from './damaged-file'

/** The longest side of a picture, in pixels, and the most pixels: more may exhaust the memory of the browsers that show it. */
const MAX_SIDE = 32_767
const MAX_PIXELS = 100_000_000

export type Size = { width: number; height: number }

/** A picture whose file is being read. `orientation` is the value of EXIF, 1 to 8. */
export type Picture = { size: Size | null; orientation: number }

/** Notes the size that a file gives first. Throws a `DamagedFile` for one that no browser should decode. */
export const noteSize = (picture: Picture, width: number, height: number): void => {
  if (width === 0 || height === 0) throw new DamagedFile('The picture has no width or no height.')
  if (width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS) {
    throw new DamagedFile(
      `The picture has ${width} × ${height} pixels. Make it smaller: at most ${MAX_SIDE} pixels a side, and ${MAX_PIXELS / 1_000_000} megapixels.`,
    )
  }
  picture.size ??= { width, height }
}

/** The least orientation that turns a picture by a quarter. */
const FIRST_QUARTER_TURN = 5

/** Returns the size with which browsers show the picture, that is with the orientation applied. */
export const shownSize = ({ size, orientation }: Picture): Size | null =>
  size && orientation >= FIRST_QUARTER_TURN ? { width: size.height, height: size.width } : size
