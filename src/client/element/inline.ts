import { findLinks } from '../../contract/links.ts'

/** What is inside a line of text. */
export type Inline =
  | string
  | { kind: 'bold' | 'italic'; children: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'link'; href: string; children: Inline[] }

/** Where something has begun that may turn out to be markup: an index into the nodes. */
type Opening = { mark: string; at: number }

/**
 * What may be markup: code; the marks of bold and italic; a link's beginning and end; what is escaped; the beginning of an
 * address by itself. No part of it looks further than to the next of its kind, so that no text makes it slow.
 */
const token = /(`+)([^`]+)\1(?!`)|`+|\*\*?|_|\[|\]|\\[*`[]|https?:\/\/|www\./gi

/** The address, if a link may have it. What it is decides the browser's own parser, not a look at its letters. */
const safe = (address: string): string | undefined => {
  const url = URL.parse(address)
  return url && /^(https?|mailto):$/.test(url.protocol) ? url.href : undefined
}

/** Neighbouring texts are one. */
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

/** Bold, italic, code and links of a text, in one pass. What is no markup, or not whole, stays text. */
export const parseInline = (text: string): Inline[] => {
  const nodes: Inline[] = []
  const links = new Map(findLinks(text).map((link) => [link.start, link]))
  /** Each mark is open once at most: nothing nests deeper than there are marks. */
  let open: Opening[] = []
  let at = 0

  const begin = (mark: string) => {
    open = open.filter((opening) => opening.mark !== mark)
    open.push({ mark, at: nodes.length })
    nodes.push(mark)
  }
  /** Ends what this mark has begun, if anything is inside; whatever has begun in there is text. */
  const end = (mark: string): Inline[] | undefined => {
    const opening = open.find((each) => each.mark === mark)
    if (!opening || nodes.length === opening.at + 1) return undefined
    open = open.slice(0, open.indexOf(opening))
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
      // A bracket has one end.
      open = open.filter((opening) => opening.mark !== '[')
    } else if (mark[0] === '\\') nodes.push(mark.slice(1))
    else if (/^[hw]/i.test(mark)) {
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
      // Inside a word an underscore is only that, and before it is nothing but space or an opening: ¯\_(ツ)_/¯
      const isLine = mark === '_'
      const children = closes && !(isLine && /[\p{L}\p{N}]/u.test(after)) ? end(mark) : undefined
      if (children) nodes.push({ kind: mark === '**' ? 'bold' : 'italic', children })
      else if (/\S/.test(after) && (!isLine || /[\s([{"'*]/.test(before))) begin(mark)
      else nodes.push(mark)
    }
  }
}
