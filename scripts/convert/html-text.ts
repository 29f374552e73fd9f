import { Parser } from 'htmlparser2'
import { mentionOf } from '../../src/contract/mentions.ts'
import { codeBlock, escaperFor, inlineCode, markdownLink, quoted } from '../../src/lib/markdown-text.ts'

type Frame = { name: string; attributes: Record<string, string>; text: string; items: number }

/** No comment nests deeper. A limit keeps the time in proportion to the length. */
const MAX_DEPTH = 50

const EMPTY_LINE = '\n\n'
const paragraphs = ['p', 'div']
const headings = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6']
const unseen = ['script', 'style', 'head', 'title']

/** Puts marks around a text, inside of the spaces at its ends. */
const marked = (mark: string, text: string): string =>
  text.trim() === '' ? text : text.replace(/^(\s*)([\s\S]*?)(\s*)$/, `$1${mark}$2${mark}$3`)

/** Returns the address behind Disqus's own redirect. */
const targetOf = (href: string): string => {
  const url = URL.parse(href)
  const wrapped = url?.hostname === 'disq.us' ? url.searchParams.get('url') : undefined
  return wrapped ? wrapped.replace(/:[\w-]+$/, '') : href
}

/** Returns whether a link shows its own address, perhaps cut short. */
const isAddress = (text: string, href: string): boolean => {
  const start = text.replace(/(\.\.\.|…)$/, '').replace(/^https?:\/\//, '')
  return start !== '' && href.replace(/^(https?:\/\/|mailto:)/, '').startsWith(start)
}

/** Returns the HTML of a comment as Parlour's Markdown. `nameOf` finds the name of a user name of Disqus. */
export const htmlText = (source: string, nameOf: (userName: string) => string | undefined): string => {
  const literal = escaperFor(source)
  const frames: Frame[] = [{ name: '', attributes: {}, text: '', items: 0 }]
  const top = (): Frame => frames.at(-1) ?? { name: '', attributes: {}, text: '', items: 0 }
  const isIn = (...names: string[]) => frames.some(({ name }) => names.includes(name))

  const append = (text: string) => {
    top().text += text
  }
  /** Appends a text with an empty line before and behind it. */
  const appendBlock = (text: string, gap: string) => {
    if (text.trim() === '') return
    const before = top().text.trimEnd()
    top().text = `${before}${before === '' ? '' : gap}${text}${gap}`
  }
  const mention = (userName: string, shown: string): string => {
    const name = nameOf(userName)
    return name === undefined ? literal(shown) : mentionOf(name)
  }
  const withMentions = (text: string): string => {
    const parts = text.split(/@([\w.-]+):disqus\b/)
    return parts.map((part, index) => (index % 2 === 0 ? literal(part) : mention(part, `@${part}`))).join('')
  }

  const link = (
    text: string,
    { href = '', 'data-dsq-mention': mentioned }: Record<string, string>,
  ): string => {
    if (mentioned) return mention(mentioned.replace(/:disqus$/, ''), text)
    const target = targetOf(href)
    if (!/^(https?|mailto):/i.test(target)) return text
    if (isAddress(text, target) || text.trim() === '') return target.replace(/^mailto:/, '')
    return markdownLink(text.trim(), target)
  }

  /** Returns an element as Markdown. One with a `gap` is a block, with such line breaks before and behind it. */
  const rendered = ({ name, attributes, text }: Frame): { text: string; gap?: string } => {
    if (unseen.includes(name)) return { text: '' }
    if (headings.includes(name)) return { text: marked('**', text.trim()), gap: EMPTY_LINE }
    if (paragraphs.includes(name)) return { text: text.trim(), gap: EMPTY_LINE }
    switch (name) {
      case 'b':
      case 'strong':
        return { text: marked('**', text) }
      case 'i':
      case 'em':
        return { text: marked('*', text) }
      case 'code':
      case 'tt':
        if (isIn('pre') || text.trim() === '') return { text }
        if (text.includes('\n')) return { text: codeBlock(text), gap: EMPTY_LINE }
        return { text: inlineCode(text) }
      case 'pre':
        return { text: codeBlock(text), gap: EMPTY_LINE }
      case 'blockquote':
        return { text: quoted(text.trim()), gap: EMPTY_LINE }
      case 'ul':
      case 'ol':
        return { text: text.trim(), gap: isIn('li') ? '\n' : EMPTY_LINE }
      case 'li': {
        const list = top()
        list.items++
        const bullet = list.name === 'ol' ? `${list.items}.` : '-'
        return { text: `${bullet} ${text.trim().replace(/\n+/g, '\n  ')}`, gap: '\n' }
      }
      case 'a':
        return { text: link(text, attributes) }
      case 'img':
        return { text: attributes.src ?? attributes.alt ?? '' }
      case 'br':
        return { text: '\n' }
      default:
        return { text }
    }
  }

  /** The number of open elements that are too deep, whose text stays without their markup. */
  let tooDeep = 0
  const parser = new Parser({
    onopentag: (name, attributes) => {
      if (tooDeep > 0 || frames.length > MAX_DEPTH) tooDeep++
      else frames.push({ name, attributes, text: '', items: 0 })
    },
    ontext: (text) => {
      if (isIn('pre', 'code', 'tt')) append(text)
      // A text outside of every element is from before Disqus had HTML, and its lines are meant.
      else append(withMentions(frames.length > 1 ? text.replace(/\s+/g, ' ') : text))
    },
    onclosetag: () => {
      if (tooDeep > 0) {
        tooDeep--
        return
      }
      const frame = frames.length > 1 ? frames.pop() : undefined
      if (!frame) return
      const { text, gap } = rendered(frame)
      if (gap === undefined) append(text)
      else appendBlock(text, gap)
    },
  })
  parser.write(source)
  parser.end()
  return top().text.replace(/^\n+|\s+$/g, '')
}
