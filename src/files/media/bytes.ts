/** Returns bytes as a text of one character each. */
export const ascii = (bytes: Uint8Array, from = 0, to = bytes.length): string =>
  String.fromCharCode(...bytes.subarray(from, to))

/** Tells whether a text of one byte a character is in the bytes at `at`. */
export const hasAt = (bytes: Uint8Array, at: number, text: string): boolean =>
  ascii(bytes, at, at + text.length) === text

/** Returns the bytes of a text of one byte a character. */
export const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0))

/** Returns a view that reads numbers of more than one byte. */
export const view = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
