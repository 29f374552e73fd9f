import { showsNothing } from '../../contract/shows-nothing.ts'

const MAX_LENGTH = 64

/** Returns the text's FNV-1a hash in hexadecimal digits, none of which looks like another. */
const hash = (text: string): string => {
  let value = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193)
  return (value >>> 0).toString(16).padStart(8, '0')
}

/** Returns false for a name with characters that no room can have. The server alone knows between which letters a joiner may stand. */
export const mayBeRoomName = (name: string): boolean =>
  /^(?!\p{M}|\.\.?$)(?:[\p{L}\p{M}\p{N}._-]|\u200c|\u200d){1,64}$/u.test(name.normalize('NFKC').trim())

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/**
 * Returns the room of the page at a path: `/blog/first-post`, `/blog/first-post/` and `/blog/first-post.html` are
 * `blog_first-post`; `/` and `/index.html` are `index`. A character that a room's name can't hold becomes `-`. Such a name, and one that
 * is too long, ends with a short hash of the path, so that two pages never share a room by accident.
 */
export const roomName = (path: string): string => {
  const page = decoded(path)
    .normalize('NFC')
    .replace(/\.html?$/i, '')
    .replace(/(^|\/)index$/i, '')
    .replace(/^\/+|\/+$/g, '')
  if (page === '') return 'index'
  const name = page
    .normalize('NFKC')
    .replaceAll('/', '_')
    // Not a constant, which a browser would also make where the page names the room.
    .replace(new RegExp(`[^\\p{L}\\p{M}\\p{N}._-]|[\\p{C}${showsNothing}]`, 'gu'), '-')
    .replace(/^\p{M}/u, '-$&')
  const characters = [...name]
  const isSame = name.replaceAll('_', '/') === page && !/^\.*$/.test(name)
  if (isSame && characters.length <= MAX_LENGTH) return name
  return `${characters.slice(0, MAX_LENGTH - 9).join('')}.${hash(page)}`
}
