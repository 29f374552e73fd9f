import { findLinks } from '../contract/links.ts'

// Writes Markdown as Parlour shows it: src/contract/markdown.ts.

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
