import { globSync, readFileSync } from 'node:fs'
import { sep } from 'node:path'

/** A fenced block of a page. Its info string is the language and then marks: docs/README.md explains them to readers. */
export type Snippet = {
  page: string
  line: number
  language: string
  marks: string[]
  code: string
  /** The `json` or `text` block that follows: the output of this one. */
  output?: { language: string; code: string }
}

/** The pages that people read, by their paths. */
export const pages = (): string[] =>
  ['*.md', 'docs/**/*.md', 'examples/*.md', 'bench/*.md', '.github/**/*.md']
    .flatMap((pattern) => globSync(pattern))
    .map((path) => path.replaceAll(sep, '/'))
    .sort()

/** Returns the fenced blocks of a text, each with its output where an output follows it. */
export const snippetsIn = (page: string, text: string): Snippet[] => {
  const fences = [...text.matchAll(/^( *)```([^\n`]*)\n(.*?)^ *```$/gms)]
  const snippets: Snippet[] = []
  for (const { 0: whole, 1: indent = '', 2: info = '', 3: body = '', index } of fences) {
    const [language = '', ...marks] = info.trim().split(/\s+/)
    const code = body.replaceAll(new RegExp(`^${indent}`, 'gm'), '')
    const previous = snippets.at(-1)
    const isOutput = (language === 'json' || language === 'text') && marks[0] !== 'input'
    if (isOutput && previous && !previous.output) {
      previous.output = { language, code }
      continue
    }
    const line = text.slice(0, index).split('\n').length
    if (whole) snippets.push({ page, line, language, marks, code })
  }
  return snippets
}

export const snippetsOf = (page: string): Snippet[] => snippetsIn(page, readFileSync(page, 'utf8'))

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const wildcard = (text: string): RegExp => new RegExp(`^${text.split('…').map(literal).join('[^]*?')}$`)

/** As `wildcard`, but a line of `…` alone stands for any number of lines, or none. */
const lines = (text: string): RegExp => {
  const parts = text.split(/^…$\n?/m).map((part) => part.split('…').map(literal).join('[^]*?'))
  return new RegExp(`^${parts.join('(?:.*\n)*')}$`)
}

/** The JSON of a page, in which `…` stands for what is left out: a value, or the rest of an object or an array. */
const parseTemplate = (text: string): unknown =>
  JSON.parse(
    text.replace(/"(?:[^"\\]|\\.)*"|(:\s*)…|…(\s*})?/g, (token, colon?: string, end?: string) => {
      if (token.startsWith('"')) return token
      if (colon !== undefined) return `${colon}"…"`
      return end === undefined ? '"…"' : `"…":"…"${end}`
    }),
  )

const fits = (template: unknown, value: unknown): boolean => {
  if (typeof template === 'string') {
    if (template === '…') return true
    return typeof value === 'string' && wildcard(template).test(value)
  }
  if (Array.isArray(template)) {
    if (!Array.isArray(value)) return false
    const isOpen = template.at(-1) === '…'
    const wanted = isOpen ? template.slice(0, -1) : template
    if (isOpen ? value.length < wanted.length : value.length !== wanted.length) return false
    return wanted.every((each, index) => fits(each, value[index]))
  }
  if (template !== null && typeof template === 'object') {
    if (value === null || typeof value !== 'object') return false
    const { '…': more, ...wanted } = template as Record<string, unknown>
    const actual = new Map(Object.entries(value))
    if (more === undefined && actual.size !== Object.keys(wanted).length) return false
    return Object.entries(wanted).every(([key, each]) => actual.has(key) && fits(each, actual.get(key)))
  }
  return Object.is(template, value)
}

/** Tells whether a snippet printed the output that its page shows. */
export const printsAsWritten = ({ language, code }: { language: string; code: string }, printed: string) => {
  if (language !== 'json') return lines(`${code.trim()}\n`).test(`${printed.trim()}\n`)
  try {
    return fits(parseTemplate(code), JSON.parse(printed))
  } catch {
    return false
  }
}
