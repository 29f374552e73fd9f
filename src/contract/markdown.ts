import { type FindMention, type Inline, parseInline } from './inline.ts'

export type { FindMention, Inline }

/** A block of a message. */
export type Block =
  | { kind: 'paragraph'; children: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'quote'; children: Block[] }
  | { kind: 'list'; isOrdered: boolean; items: ListItem[] }
export type ListItem = { number?: number; children: Block[] }

/** The depth to which quotes and lists nest. Deeper ones are text. */
const MAX_DEPTH = 3

const fence = /^ {0,3}```[^`]*$/
/** A quote needs a space, which an emoticon doesn't have: `>:(`. */
const quoteStart = /^ {0,3}> +(?=\S)/
const quote = /^ {0,3}>(?: |$)/
/** No `+`, which begins more sums than lists. */
const bullet = /^ {0,3}(?:([-*])|(\d{1,9})[.)]) +(?=\S)/

/**
 * Parses the safe part of Markdown: paragraphs that keep their lines, code, quotes, lists; bold, italic, code, links and mentions
 * inside. Everything else is text, and so is HTML.
 */
export const parse = (source: string, findMention: FindMention = () => undefined): Block[] =>
  blocks(source.split(/\r\n?|\n/), 0, findMention)

const blocks = (lines: readonly string[], depth: number, findMention: FindMention): Block[] => {
  const result: Block[] = []
  let paragraph: string[] = []
  const flush = () => {
    const text = paragraph.join('\n')
    if (text.trim() !== '') result.push({ kind: 'paragraph', children: parseInline(text, findMention) })
    paragraph = []
  }
  const isNested = depth < MAX_DEPTH

  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? ''
    if (fence.test(line)) {
      flush()
      // Without an end, all that follows is code.
      let end = at + 1
      while (end < lines.length && !/^ {0,3}``` *$/.test(lines[end] ?? '')) end++
      const info = line.replace(/^ *```/, '').trim()
      // A single word is the name of a language. Anything else belongs to the code.
      const first = info === '' || (end < lines.length && /^[\w+#.-]+$/.test(info)) ? [] : [info]
      result.push({ kind: 'code', text: [...first, ...lines.slice(at + 1, end)].join('\n') })
      at = end + 1
    } else if (isNested && quoteStart.test(line)) {
      flush()
      const from = at
      while (at < lines.length && quote.test(lines[at] ?? '')) at++
      const inner = lines.slice(from, at).map((each) => each.replace(quote, ''))
      result.push({ kind: 'quote', children: blocks(inner, depth + 1, findMention) })
    } else if (isNested && bullet.test(line)) {
      flush()
      const isOrdered = bullet.exec(line)?.[2] !== undefined
      const items: ListItem[] = []
      for (;;) {
        const found = bullet.exec(lines[at] ?? '')
        if (!found || (found[2] !== undefined) !== isOrdered) break
        const inner = [(lines[at] ?? '').slice(found[0].length)]
        const indent = /^(?: {2,}|\t)(?=\S)/
        // Indented lines belong to the item.
        for (at++; at < lines.length && indent.test(lines[at] ?? ''); at++)
          inner.push((lines[at] ?? '').replace(/^\t| {2}/, ''))
        items.push({
          ...(found[2] && { number: Number(found[2]) }),
          children: blocks(inner, depth + 1, findMention),
        })
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
