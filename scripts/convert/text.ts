import { title } from '../../src/contract/fields.ts'
import { MAX_MESSAGE_CHARACTERS } from '../../src/contract/limits.ts'
import { findLinks } from '../../src/contract/links.ts'

/** Returns a text without what no message can hold: NUL, and halves of surrogate pairs. */
export const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '')

/**
 * Returns a function that escapes what Parlour would take for Markdown in a text without markup. A mark that stands only once in the
 * whole `source` has no partner, so it stays, and addresses stay as they are.
 */
export const escaperFor = (source: string): ((text: string) => string) => {
  const marks = ['*', '`'].filter((mark) => source.indexOf(mark) !== source.lastIndexOf(mark))
  if (source.includes('](')) marks.push('[')

  const withEscapes = (text: string): string =>
    text.replace(/[*`[]|\\(?=[@[*`])/g, (mark, at: number) => {
      // A backslash that Parlour would read as an escape of what follows.
      if (mark === '\\') return marks.includes(text[at + 1] ?? '') ? mark : '\\\\'
      const isBullet =
        mark === '*' && text[at + 1] === ' ' && /(^|\n) {0,3}$/.test(text.slice(0, at).slice(-4))
      return marks.includes(mark) && !isBullet ? `\\${mark}` : mark
    })

  return (text) => {
    let at = 0
    let result = ''
    for (const { start, end } of findLinks(text)) {
      if (text[start] === ']') continue
      result += withEscapes(text.slice(at, start)) + text.slice(start, end)
      at = end
    }
    return result + withEscapes(text.slice(at))
  }
}

/** Returns code in a line. Parlour's can't hold a backtick: such code is text. */
export const inlineCode = (code: string): string =>
  code.includes('`') ? escaperFor(code + code)(code) : `\`${code}\``

/** Returns a link, or a text with its address if Parlour makes no link of that. The label is Markdown. */
export const markdownLink = (label: string, href: string): string => {
  if (!/^(https?|mailto):/i.test(href)) return `${label} (${href})`
  // A Markdown link ends at a parenthesis or a space.
  const target = href.replace(
    /[()<>\s]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
  return `[${label.replace(/\\?[[\]]/g, '')}](${target})`
}

/** Returns a block of code, with the language if its first line names one. */
export const codeBlock = (code: string, language = ''): string =>
  `\`\`\`${language}\n${code.replace(/^\n|\n$/g, '')}\n\`\`\``

/** Joins blocks, such as paragraphs and code, of which each begins on a line of its own. */
export const joinBlocks = (blocks: readonly string[]): string =>
  blocks
    .filter((block) => block !== '')
    .reduce((all, block) => {
      const isApart = all === '' || all.endsWith('\n') || block.startsWith('\n')
      return all + (isApart ? '' : '\n') + block
    }, '')

/** Puts every line into a quote. */
export const quoted = (text: string): string => text.replace(/^/gm, '> ')

const FENCE = '```'
/** Room for the fences that a split adds to a block of code. */
const MAX_PIECE = MAX_MESSAGE_CHARACTERS - 2 * (FENCE.length + 1)

/** Returns the end of the piece of a text that begins at an index: after a line, or else after a space. */
const endOfPiece = (characters: readonly string[], start: number): number => {
  const longest = start + MAX_PIECE
  if (longest >= characters.length) return characters.length
  const ends = ['\n', ' '].map((separator) => characters.lastIndexOf(separator, longest - 1) + 1)
  return ends.find((end) => end > start + MAX_PIECE / 2) ?? longest
}

const hasOpenFence = (text: string): boolean => (text.match(/^ {0,3}```/gm) ?? []).length % 2 === 1

/** Splits a text into messages of a length that Parlour allows. Code that is split stays code in each. */
export const splitText = (text: string): string[] => {
  // No character takes more than two units, so most texts need no counting.
  if (text.length <= MAX_MESSAGE_CHARACTERS) return [text]
  const characters = Array.from(text)
  if (characters.length <= MAX_MESSAGE_CHARACTERS) return [text]
  const pieces: string[] = []
  let fence = ''
  for (let start = 0; start < characters.length; ) {
    const end = endOfPiece(characters, start)
    const piece = fence + characters.slice(start, end).join('').replace(/\n$/, '')
    fence = end < characters.length && hasOpenFence(piece) ? `${FENCE}\n` : ''
    pieces.push(fence ? `${piece}\n${FENCE}` : piece)
    start = end
  }
  return pieces
}

/** Returns a size as people read it. */
export const sizeOf = (bytes: number): string => {
  const units = ['bytes', 'KB', 'MB', 'GB']
  const unit = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1)
  const value = bytes / 1000 ** unit
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`
}

/** Returns a text as a title or topic: one of at most 200 characters, if there is something to see. */
export const shortText = (text: string): string | undefined => {
  const short = Array.from(storable(text).trim()).slice(0, 200).join('')
  return title.safeParse(short).data
}

/** Returns the line that a message gets for a file, because files aren't taken. */
export const fileLine = (name: string, bytes: number | undefined): string => {
  const shown = storable(name).replaceAll('\n', ' ')
  return `📎 ${escaperFor(`${shown}${shown}`)(shown)}${bytes === undefined ? '' : ` (${sizeOf(bytes)})`}`
}
