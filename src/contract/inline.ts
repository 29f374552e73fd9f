import { findLinks } from './links.ts'

/** A part of a line of text. */
export type Inline =
  | string
  | { kind: 'bold' | 'italic'; children: Inline[] }
  | { kind: 'code' | 'mention'; text: string }
  | { kind: 'link'; href: string; children: Inline[] }

/** Returns the end of the mention that begins with the `@` at an index of a line, if one does. */
export type FindMention = (line: string, at: number) => number | undefined

/** The beginning of possible markup: an index into the nodes. */
type Opening = { mark: string; at: number }

/**
 * Matches possible markup: code; the marks of bold and italic; the beginning and end of a link; an escaped character; the beginning
 * of an address or a mention. No part of it looks further than to the next of its kind, so that no text makes it slow.
 */
const token = /(`+)([^`]+)\1(?!`)|`+|\*\*?|_+|\[|\]|\\[*`[@]|https?:\/\/|www\.|[@＠]/gi

/** Returns the address if a link may have it, as the browser's own parser reads it. */
const safe = (address: string): string | undefined => {
  const url = URL.parse(address)
  return url && /^(https?|mailto):$/.test(url.protocol) ? url.href : undefined
}

/** Joins neighbouring texts. */
const joined = (nodes: readonly Inline[]): Inline[] => {
  const result: Inline[] = []
  for (const node of nodes) {
    const last = result.at(-1)
    if (typeof node === 'string' && typeof last === 'string') result[result.length - 1] = last + node
    else
      result.push(
        typeof node === 'object' && 'children' in node ? { ...node, children: joined(node.children) } : node,
      )
  }
  return result
}

/** A letter, a digit or an emoji: emphasis without one is an emoticon, such as `*_*`. */
const isWord = (node: Inline): boolean =>
  typeof node !== 'string' || /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(node)

/** Parses bold, italic, code, links and mentions, in one pass. Incomplete markup stays text. */
export const parseInline = (text: string, findMention: FindMention): Inline[] => {
  // Most messages have no markup.
  if (text.search(token) < 0) return [text]
  const nodes: Inline[] = []
  const links = new Map(findLinks(text).map((link) => [link.start, link]))
  /** Each mark is open at most once, so nothing nests deeper than there are marks. */
  let open: Opening[] = []
  let at = 0

  const begin = (mark: string) => {
    open = open.filter((opening) => opening.mark !== mark)
    open.push({ mark, at: nodes.length })
    nodes.push(mark)
  }
  /** Returns the nodes since this mark began, unless there are none. Marks that began in between stay text. */
  const end = (mark: string): Inline[] | undefined => {
    const opening = open.find((each) => each.mark === mark)
    if (!opening) return undefined
    const hasWord = nodes.slice(opening.at + 1).some(isWord)
    open = hasWord ? open.slice(0, open.indexOf(opening)) : open.filter((each) => each !== opening)
    if (!hasWord) return undefined
    return nodes.splice(opening.at).slice(1)
  }

  for (;;) {
    token.lastIndex = at
    const found = token.exec(text)
    const start = found?.index ?? text.length
    if (start > at) nodes.push(text.slice(at, start))
    if (!found) return joined(nodes)
    let [mark, , code] = found
    at = start + mark.length
    const link = links.get(start)
    const href = link && safe(link.address)
    if (code) nodes.push({ kind: 'code', text: code })
    else if (mark === '[') begin(mark)
    else if (mark === ']') {
      const children = href && end('[')
      if (href && children) {
        nodes.push({ kind: 'link', href, children })
        at = link.end
      } else nodes.push(']')
      // A bracket ends once.
      open = open.filter((opening) => opening.mark !== '[')
    } else if (mark[0] === '\\') nodes.push(mark.slice(1))
    else if (/^[@＠]/.test(mark)) {
      const end = findMention(text, start)
      at = end ?? at
      nodes.push(end === undefined ? mark : { kind: 'mention', text: text.slice(start, end) })
    } else if (/^[hw]/i.test(mark)) {
      if (link) at = link.end
      const shown = text.slice(start, at)
      const isInLabel = open.some((opening) => opening.mark === '[')
      nodes.push(href && !isInLabel ? { kind: 'link', href, children: [shown] } : shown)
    } else if (mark[0] === '`') nodes.push(mark)
    else {
      const before = text[start - 1] ?? ' '
      const closes = /\S/.test(before)
      if (mark === '**' && closes && open.at(-1)?.mark === '*') {
        mark = '*'
        at--
      }
      const after = text[at] ?? ' '
      // An underscore inside a word or beside another one is only that: snake_case, __init__, ¯\_(ツ)_/¯. So is a star in 2*3*4.
      const isLine = mark === '_'
      const isText = mark[1] === '_' || (mark === '*' && /\d/.test(before) && /\d/.test(after))
      const children = closes && !isText && !(isLine && /[\p{L}\p{N}]/u.test(after)) ? end(mark) : undefined
      if (children) nodes.push({ kind: mark === '**' ? 'bold' : 'italic', children })
      else if (/\S/.test(after) && !isText && (!isLine || /[\s([{"'*]/.test(before))) begin(mark)
      else nodes.push(mark)
    }
  }
}
