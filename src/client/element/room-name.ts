const LONGEST = 64
/** FNV-1a, in hexadecimal digits: none of them looks like another, so that no two are the same room's name. */
const hash = (text: string): string => {
  let value = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193)
  return (value >>> 0).toString(16).padStart(8, '0')
}

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/**
 * The room of a page, by its path: `/blog/first-post` is `blog_first-post`, and `/` and `/index.html` are `index`. What a room's
 * name can't hold becomes `-`; then, and when it is too long, a short hash of the path tells it from others.
 */
export const roomName = (path: string): string => {
  const page = decoded(path)
    .replace(/\/(index\.html?)?$/i, '')
    .replace(/^\/+/, '')
  if (page === '') return 'index'
  const name = page
    .normalize('NFKC')
    .replaceAll('/', '_')
    .replace(/[^\p{L}\p{M}\p{N}._-]|[\p{C}\p{Default_Ignorable_Code_Point}]/gu, '-')
    .replace(/^\p{M}/u, '-$&')
  const characters = [...name]
  const isSame = name.replaceAll('_', '/') === page && !/^\.*$/.test(name)
  if (isSame && characters.length <= LONGEST) return name
  return `${characters.slice(0, LONGEST - 9).join('')}.${hash(page)}`
}
