/** Elements that are blocks of their own. */
const blockTags =
  /^(ADDRESS|ARTICLE|BLOCKQUOTE|DIV|DL|DT|DD|FIGURE|FOOTER|H[1-6]|HEADER|HR|LI|MAIN|OL|P|PRE|SECTION|TABLE|TR|UL)$/
const hiddenTags = /^(HEAD|META|STYLE|SCRIPT|TEMPLATE|TITLE|NOSCRIPT|SVG|OBJECT|IFRAME)$/i

/** Puts a mark around a text, inside of the white space at its ends. */
const marked = (text: string, mark: string): string =>
  text.includes('\n') ? text : text.replace(/^(\s*)([\s\S]*?\S)(\s*)$/, `$1${mark}$2${mark}$3`)

/** Escapes what would be Markdown by accident. */
const escaped = (text: string): string => text.replace(/[*`](?=\S)|(?<=\S)[*`]|\[(?=[^\]]*\]\()/g, '\\$&')

/** Returns the value of a property in the style of an element. */
const styleOf = ({ dataset }: HTMLElement, property: string): string =>
  new RegExp(`(?:^|;)\\s*${property}:\\s*(\\w+)`, 'i').exec(dataset.style ?? '')?.[1] ?? ''

const isBold = (element: HTMLElement): boolean => {
  const weight = styleOf(element, 'font-weight')
  // Google Docs puts everything into a <b> that isn't bold.
  return /^(B|STRONG|H[1-6])$/.test(element.tagName)
    ? !/^(normal|[1-4]00)$/.test(weight)
    : /^(bold|bolder|[6-9]00)$/.test(weight)
}

const isItalic = (element: HTMLElement): boolean => {
  const style = styleOf(element, 'font-style')
  return /^(I|EM|CITE|DFN)$/.test(element.tagName) ? style !== 'normal' : style === 'italic'
}

const indented = (text: string, first: string, rest: string): string =>
  text
    .split('\n')
    .map((line, index) => (index === 0 ? first : rest) + line)
    .join('\n')

// Characters for private use stand for the edges of blocks until it is known what is beside them.
const LINE = '\uE000'
const PARAGRAPH = '\uE001'

/** Puts one line break where blocks meet, two between paragraphs, and none at the ends. */
const tidy = (text: string): string =>
  text
    .replace(/[ \t]*[\uE000\uE001][ \t\uE000\uE001]*/g, (edge) => (edge.includes(PARAGRAPH) ? '\n\n' : '\n'))
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\s+|\s+$/g, '')

const listItems = (list: HTMLElement): string => {
  let number = Number(list.getAttribute('start') ?? 1)
  return [...list.children]
    .map((item) => {
      const mark = list.tagName === 'OL' ? `${number++}. ` : '- '
      const text = tidy(childrenOf(item)).replace(/\n{2,}/g, '\n')
      // A list inside of a list may stand beside its item instead of in it.
      return /^[OU]L$/.test(item.tagName) ? indented(text, '  ', '  ') : indented(text, mark, '  ')
    })
    .join('\n')
}

const link = (element: HTMLElement, text: string): string => {
  const href = element.getAttribute('href') ?? ''
  if (!/^(https?|mailto):/i.test(href) || text.trim() === '') return text
  if (text.trim() === href || `${text.trim()}/` === href) return href
  return `[${text.trim().replace(/[[\]]/g, '')}](${href
    .replace(/[()\s]/g, encodeURIComponent)
    .replaceAll('(', '%28')
    .replaceAll(')', '%29')})`
}

const childrenOf = (node: Node): string => [...node.childNodes].map(markdownOf).join('')

const blockOf = (element: HTMLElement): string => {
  const { tagName } = element
  switch (tagName) {
    case 'PRE':
      return `\`\`\`\n${(element.textContent ?? '').replace(/\n$/, '')}\n\`\`\``
    case 'UL':
    case 'OL':
      return listItems(element)
    case 'BLOCKQUOTE':
      return indented(tidy(childrenOf(element)), '> ', '> ')
    case 'TR':
      return [...element.children].map((cell) => tidy(childrenOf(cell))).join(' | ')
    default:
      return tidy(inline(element))
  }
}

const inline = (element: HTMLElement): string => {
  let text = childrenOf(element)
  if (isItalic(element)) text = marked(text, '*')
  if (isBold(element)) text = marked(text, '**')
  return text
}

const markdownOf = (node: Node): string => {
  if (node.nodeType === Node.TEXT_NODE)
    return escaped((node.textContent ?? '').replace(/[\s\uE000\uE001]+/g, ' '))
  if (!(node instanceof HTMLElement) || hiddenTags.test(node.tagName)) return ''
  const { tagName } = node
  if (tagName === 'BR') return '\n'
  if (tagName === 'IMG') return node.getAttribute('alt') ?? ''
  if (tagName === 'A') return link(node, inline(node))
  if (/^(CODE|KBD|SAMP|TT)$/.test(tagName)) {
    const code = node.textContent ?? ''
    return code.includes('`') || code.trim() === '' ? code : `\`${code.replace(/\s+/g, ' ')}\``
  }
  if (!blockTags.test(tagName)) return inline(node)
  const text = blockOf(node)
  const gap = /^(P|H[1-6]|PRE|UL|OL|BLOCKQUOTE)$/.test(tagName) && !node.closest('li, tr') ? PARAGRAPH : LINE
  return gap + text + gap
}

type SafeParser = { parseHTML?: (html: string, options: { sanitizer: object }) => Document }

/** Parses HTML without running any of it. Returns undefined where the page's policy forbids that (Trusted Types). */
const parse = (html: string): Document | undefined => {
  // A policy of the page may forbid styles and handlers, and the browser would report each one.
  const inert = html.replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\s(style|on\w+)=/gi, ' data-$1='))
  const { parseHTML } = Document as SafeParser
  try {
    return parseHTML
      ? parseHTML.call(Document, inert, { sanitizer: { removeElements: ['style'] } })
      : new DOMParser().parseFromString(inert, 'text/html')
  } catch {
    return undefined
  }
}

const formatting =
  'b, strong, i, em, code, kbd, pre, a[href], ul, ol, blockquote, h1, h2, h3, h4, h5, h6, [data-style*="font-weight"], [data-style*="italic"]'

/** Returns rich text from the clipboard as Markdown, or undefined if it has no format, or is a copy from a code editor. */
export const markdownFrom = (html: string): string | undefined => {
  const body = parse(html)?.body
  if (!body?.querySelector(formatting)) return undefined
  const isCode = /white-space:\s*pre|monospace/i.test(
    body.querySelector<HTMLElement>('[data-style]')?.dataset.style ?? '',
  )
  if (isCode && !body.querySelector('pre, code')) return undefined
  return tidy(childrenOf(body))
}
