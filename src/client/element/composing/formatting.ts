import type { Edit } from './edit.ts'

export type Format = 'bold' | 'italic' | 'code' | 'link'

/** The text and what is selected in it. */
type Selected = { text: string; start: number; end: number }

const ADDRESS = 'https://'

/** Returns how often a character stands before and after the selection, at least. */
const around = ({ text, start, end }: Selected, mark: string): number => {
  let count = 0
  while (text[start - 1 - count] === mark && text[end + count] === mark) count++
  return count
}

/** Removes the marks on both sides of the selection, or adds them. */
const toggled = ({ text, start, end }: Selected, mark: string, isOn: boolean): Edit => {
  const inner = text.slice(start, end)
  if (isOn) {
    const from = start - mark.length
    return { from, to: end + mark.length, text: inner, select: [from, from + inner.length] }
  }
  const select: [number, number] = [start + mark.length, end + mark.length]
  return { from: start, to: end, text: mark + inner + mark, select }
}

/** Leaves out white space at the ends, beside which no mark works, and marks that are selected too. */
const trimmed = ({ text, start, end }: Selected, marks: RegExp): Selected => {
  while (start < end && /\s/.test(text[start] ?? '')) start++
  while (end > start && /\s/.test(text[end - 1] ?? '')) end--
  const [, opening = ''] = marks.exec(text.slice(start, end)) ?? []
  return { text, start: start + opening.length, end: end - opening.length }
}

const emphasis = (given: Selected, mark: '*' | '**'): Edit => {
  const selected = trimmed(given, /^(\*{1,3})(?=[^*])[\s\S]*[^*]\1$/)
  const stars = around(selected, '*')
  if (mark === '**') return toggled(selected, mark, stars >= 2)
  if (around(selected, '_') > 0) return toggled(selected, '_', true)
  return toggled(selected, mark, stars % 2 === 1)
}

const code = (given: Selected): Edit => {
  const { text, start, end } = given
  const inner = text.slice(start, end)
  if (!inner.includes('\n')) {
    const selected = trimmed(given, /^(`)[^`]+`$/)
    return toggled(selected, '`', around(selected, '`') > 0)
  }
  const fenced = /^```[^\n`]*\n([\s\S]*)\n```$/.exec(inner)
  if (fenced) {
    const [, lines = ''] = fenced
    return { from: start, to: end, text: lines, select: [start, start + lines.length] }
  }
  // A fence stands on a line of its own.
  const before = start === 0 || text[start - 1] === '\n' ? '' : '\n'
  const after = end === text.length || text[end] === '\n' ? '' : '\n'
  const block = `\`\`\`\n${inner.replace(/\n$/, '')}\n\`\`\``
  const from = start + before.length
  return { from: start, to: end, text: before + block + after, select: [from, from + block.length] }
}

const link = ({ text, start, end }: Selected): Edit => {
  for (const found of text.matchAll(/\[([^\]\n]*)\]\(([^)\s]*)\)/g)) {
    const [whole, label = ''] = found
    const [from, to] = [found.index, found.index + whole.length]
    if (start < from || end > to) continue
    return { from, to, text: label, select: [from, from + label.length] }
  }
  const inner = text.slice(start, end)
  if (/^https?:\/\/\S+$/.test(inner))
    return { from: start, to: end, text: `[](${inner})`, select: [start + 1, start + 1] }
  const at = start + inner.length + 3
  return { from: start, to: end, text: `[${inner}](${ADDRESS})`, select: [at, at + ADDRESS.length] }
}

/** Returns the edit that gives the selected text a format in Markdown, or takes it away. */
export const formatted = (selected: Selected, format: Format): Edit => {
  switch (format) {
    case 'bold':
      return emphasis(selected, '**')
    case 'italic':
      return emphasis(selected, '*')
    case 'code':
      return code(selected)
    case 'link':
      return link(selected)
  }
}
