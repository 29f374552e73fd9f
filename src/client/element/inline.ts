/** What is inside a line of text. */
export type Inline =
  | string
  | { kind: 'bold' | 'italic'; children: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'link'; href: string; children: Inline[] }

/** Where something has begun that may turn out to be markup: an index into the nodes. */
type Opening = { mark: string; at: number }

const isSpace = (character: string | undefined) => character === undefined || /\s/.test(character)
const isWord = (character: string | undefined) => character !== undefined && /[\p{L}\p{N}_]/u.test(character)

const textOf = (nodes: readonly Inline[]): string =>
  nodes
    .map((node) => (typeof node === 'string' ? node : 'text' in node ? node.text : textOf(node.children)))
    .join('')

/** The address, if it is one that a link may have. What it is decides the browser's own parser, not a look at its letters. */
const safe = (address: string): string | undefined => {
  const url = URL.canParse(address) ? new URL(address) : undefined
  return url && /^(https?|mailto):$/.test(url.protocol) ? url.href : undefined
}

/** Takes the links out of what is in a link already. */
const unlinked = (nodes: readonly Inline[]): Inline[] =>
  nodes.map((node) => {
    if (typeof node === 'string' || node.kind === 'code') return node
    return node.kind === 'link' ? textOf(node.children) : { ...node, children: unlinked(node.children) }
  })

/** At most one pair of parentheses, as in addresses of Wikipedia: more would make this slow to find. */
const target = /\]\(([^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)?)\)/y
const address = /https?:\/\/[^\s<>"`]+/iy
const plain = /[^\\`*_[\]hH]+/y
const backticks = /`+/y

const match = (pattern: RegExp, text: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/** An address in a text, without what belongs to the sentence around it. */
const trimmed = (found: string): string => {
  let end = found.length
  const hasParenthesis = found.includes('(')
  while (/[.,:;!?'*_~\]}]/.test(found[end - 1] ?? '') || (found[end - 1] === ')' && !hasParenthesis)) end--
  return found.slice(0, end)
}

/**
 * Bold, italic, code and links of a text; what is no markup, or not whole, stays text. One pass: each character is looked at a
 * bounded number of times, whatever the text is, and nothing nests deeper than there are kinds.
 */
export const parseInline = (text: string): Inline[] => {
  const nodes: Inline[] = []
  /** Each mark is open once at most. */
  let open: Opening[] = []
  /** Lengths of runs of backticks that have no second one. */
  const alone = new Set<number>()
  /** Up to here there is no address: what seemed to be one isn't. */
  let tried = 0
  let at = 0

  const add = (node: Inline, length: number) => {
    nodes.push(node)
    at += length
  }
  const begin = (mark: string) => {
    open = open.filter((opening) => opening.mark !== mark)
    open.push({ mark, at: nodes.length })
    add(mark, mark.length)
  }
  /** Ends what was begun there: what is inside, and whatever has begun in it is text. */
  const end = (opening: Opening): Inline[] => {
    open = open.slice(0, open.indexOf(opening))
    return nodes.splice(opening.at).slice(1)
  }
  const opened = (mark: string) => open.find((opening) => opening.mark === mark)

  const emphasis = (mark: string) => {
    const before = text[at - 1]
    const after = text[at + mark.length]
    const opening = opened(mark)
    // Inside a word an underscore is only that; before it, nothing but space or an opening: ¯\_(ツ)_/¯
    const closes = !isSpace(before) && !(mark === '_' && isWord(after))
    if (opening && closes && nodes.length > opening.at + 1) {
      const children = end(opening)
      add({ kind: mark === '**' ? 'bold' : 'italic', children }, mark.length)
    } else if (!isSpace(after) && (mark !== '_' || isSpace(before) || /[([{"'*]/.test(before ?? '')))
      begin(mark)
    else add(mark, mark.length)
  }

  const code = () => {
    const run = match(backticks, text, at)?.[0] ?? '`'
    for (let from = at + run.length; !alone.has(run.length); ) {
      const found = text.indexOf(run, from)
      if (found < 0) alone.add(run.length)
      const length = match(backticks, text, found)?.[0].length
      if (found >= 0 && length === run.length)
        return add({ kind: 'code', text: text.slice(at + run.length, found) }, found + run.length - at)
      from = found + (length ?? 0)
    }
    add(run, run.length)
  }

  const linkEnd = () => {
    const opening = opened('[')
    const found = opening && match(target, text, at)
    const href = found?.[1] && safe(found[1])
    if (opening && found && href && nodes.length > opening.at + 1) {
      const children = unlinked(end(opening))
      add({ kind: 'link', href, children }, found[0].length)
    } else {
      // One try for each bracket that opens.
      open = open.filter(({ mark }) => mark !== '[')
      add(']', 1)
    }
  }

  while (at < text.length) {
    const character = text[at]
    const next = text[at + 1]
    if (character === '*') {
      const isBold = next === '*' && !(open.at(-1)?.mark === '*' && !isSpace(text[at - 1]))
      emphasis(isBold ? '**' : '*')
    } else if (character === '_') emphasis('_')
    else if (character === '`') code()
    else if (character === '[') begin('[')
    else if (character === ']') linkEnd()
    else if (character === '\\' && next && '*`['.includes(next)) add(next, 2)
    else {
      const isStart = at >= tried && !isWord(text[at - 1])
      const found = isStart && match(address, text, at)
      if (found) tried = at + found[0].length
      const shown = found ? trimmed(found[0]) : ''
      const href = safe(shown)
      if (href) add({ kind: 'link', href, children: [shown] }, shown.length)
      else {
        const run = match(plain, text, at)?.[0] ?? character ?? ''
        add(run, run.length)
      }
    }
  }
  return joined(nodes)
}

/** Neighbouring texts are one. */
const joined = (nodes: readonly Inline[]): Inline[] => {
  const result: Inline[] = []
  let texts: string[] = []
  const flush = () => {
    if (texts.length > 0) result.push(texts.join(''))
    texts = []
  }
  for (const node of nodes) {
    if (typeof node === 'string') texts.push(node)
    else {
      flush()
      result.push('children' in node ? { ...node, children: joined(node.children) } : node)
    }
  }
  flush()
  return result
}
