import { type Inline, parseInline } from './inline.ts'

export type { Inline }

/** What a message is made of. */
export type Block =
  | { kind: 'paragraph'; children: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'quote'; children: Block[] }
  | { kind: 'list'; isOrdered: boolean; items: Item[] }
export type Item = { number?: number; children: Block[] }

/** Quotes in quotes and lists in lists, so deep; what is deeper is text. */
const DEEPEST = 3

const fence = /^ {0,3}```[^`]*$/
const quote = /^ {0,3}> ?/
const bullet = /^ {0,3}(?:([-*+])|(\d{1,9})[.)]) +(?=\S)/

/**
 * The safe part of Markdown: paragraphs that keep their lines, code, quotes, lists; bold, italic, code and links inside.
 * Everything else, HTML too, is text.
 */
export const parse = (source: string): Block[] => blocks(source.split(/\r\n?|\n/), 0)

const blocks = (lines: readonly string[], depth: number): Block[] => {
  const result: Block[] = []
  let paragraph: string[] = []
  const flush = () => {
    const text = paragraph.join('\n')
    if (text.trim() !== '') result.push({ kind: 'paragraph', children: parseInline(text) })
    paragraph = []
  }
  const isNested = depth < DEEPEST

  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? ''
    if (fence.test(line)) {
      flush()
      // If nobody has ended it yet, it is code to the end.
      let end = at + 1
      while (end < lines.length && !/^ {0,3}``` *$/.test(lines[end] ?? '')) end++
      const info = line.replace(/^ *```/, '').trim()
      // Only a word is the name of a language; anything else is what somebody said.
      const first = info === '' || (end < lines.length && /^[\w+#.-]+$/.test(info)) ? [] : [info]
      result.push({ kind: 'code', text: [...first, ...lines.slice(at + 1, end)].join('\n') })
      at = end + 1
    } else if (isNested && quote.test(line)) {
      flush()
      const from = at
      while (at < lines.length && quote.test(lines[at] ?? '')) at++
      const inner = lines.slice(from, at).map((each) => each.replace(quote, ''))
      result.push({ kind: 'quote', children: blocks(inner, depth + 1) })
    } else if (isNested && bullet.test(line)) {
      flush()
      const isOrdered = bullet.exec(line)?.[2] !== undefined
      const items: Item[] = []
      for (;;) {
        const found = bullet.exec(lines[at] ?? '')
        if (!found || (found[2] !== undefined) !== isOrdered) break
        const inner = [(lines[at] ?? '').slice(found[0].length)]
        const indent = /^(?: {2,}|\t)(?=\S)/
        // What is indented belongs to the item.
        for (at++; at < lines.length && indent.test(lines[at] ?? ''); at++)
          inner.push((lines[at] ?? '').replace(/^\t| {2}/, ''))
        items.push({ ...(found[2] && { number: Number(found[2]) }), children: blocks(inner, depth + 1) })
      }
      result.push({ kind: 'list', isOrdered, items })
    } else {
      if (line.trim() === '') flush()
      else paragraph.push(line)
      at++
    }
  }
  flush()
  return result
}
