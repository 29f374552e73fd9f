import { view } from './bytes'
import { heif } from './heif'
import { jpeg } from './jpeg'
import { noteSize, type Picture, type Size, shownSize } from './picture'
import { png } from './png'
import { type Parser, rewriting, take } from './rewrite'
import { webp } from './webp'

/** Reads the size of a GIF. The rest passes as it is. */
function* gif(picture: Picture): Parser {
  const fields = view(yield* take(10))
  noteSize(picture, fields.getUint16(6, true), fields.getUint16(8, true))
  return 'pass'
}

const parsers: Record<string, (picture: Picture) => Parser> = {
  'image/jpeg': jpeg,
  'image/png': png,
  'image/webp': webp,
  'image/gif': gif,
  'image/avif': heif,
  'image/heic': heif,
  'image/heif': heif,
}

/**
 * Returns a stream that removes metadata from a picture: position, names, dates, comments, previews, and what follows the picture's
 * end. Orientation and colour profile stay. It gives as many bytes as it gets, holds at most 256 KiB, and decodes nothing. Files of
 * other types pass as they are. It fails with a `DamagedFile`, and nothing else, for a picture that is cut off, isn't of its type, or
 * has more pixels than browsers can show.
 *
 * `size` is known at the end of the stream: the size with which browsers show the picture, with the orientation applied; null for
 * anything that is no picture.
 */
export const cleaner = (
  type: string,
): { transform: TransformStream<Uint8Array, Uint8Array>; size: () => Size | null } => {
  const picture: Picture = { size: null, orientation: 1 }
  const parser = Object.hasOwn(parsers, type) ? parsers[type] : undefined
  const transform = parser ? rewriting(parser(picture)) : new TransformStream<Uint8Array, Uint8Array>()
  return { transform, size: () => shownSize(picture) }
}
