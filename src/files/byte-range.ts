/** The part of a file that a `Range` header asks for: from a byte on, or the last ones. */
export type ByteRange = { offset: number; length?: number } | { suffix: number }

/** Reads a `Range` header (RFC 9110, section 14.2). Undefined for none, for several ranges, and for one that means nothing: then the whole file is sent. */
export const readRange = (header: string | undefined): ByteRange | undefined => {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? []
  if (first === '' && last === '') return undefined
  if (first === '') return { suffix: Number(last) }
  if (last === '') return { offset: Number(first) }
  if (Number(last) < Number(first)) return undefined
  return { offset: Number(first), length: Number(last) - Number(first) + 1 }
}

/** Returns the first and the last byte of a range in a file of a size; undefined if it has none of them. */
export const spanOf = (range: ByteRange, size: number): { first: number; last: number } | undefined => {
  if ('suffix' in range)
    return range.suffix === 0 ? undefined : { first: Math.max(0, size - range.suffix), last: size - 1 }
  const { offset, length = Number.POSITIVE_INFINITY } = range
  return offset >= size ? undefined : { first: offset, last: Math.min(size - 1, offset + length - 1) }
}
