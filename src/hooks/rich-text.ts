import { codeBlock, inlineCode, markdownLink, quoted } from '../lib/markdown-text'
import { emojiOf, type Fields, isFields, join, literal, objectsIn, textIn } from './text'

// Slack's block `rich_text`: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block

/** Puts marks around the words of a text, and leaves the space around them outside. */
const marked = (text: string, mark: string): string => {
  const words = text.trim()
  if (words === '') return text
  const before = text.slice(0, text.length - text.trimStart().length)
  return `${before}${mark}${words}${mark}${text.slice(text.trimEnd().length)}`
}

const styled = (text: string, style: unknown): string => {
  const { bold, italic, code } = isFields(style) ? style : {}
  if (code === true) return inlineCode(text)
  const inner = italic === true ? marked(literal(text), '_') : literal(text)
  return bold === true ? marked(inner, '**') : inner
}

const emojiText = ({ name, unicode }: Fields): string => {
  const points = textIn(unicode)
  if (/^[0-9a-f]{2,5}(-[0-9a-f]{2,5})*$/i.test(points))
    return String.fromCodePoint(...points.split('-').map((point) => Number.parseInt(point, 16)))
  return emojiOf(textIn(name)) ?? `:${textIn(name)}:`
}

const inline = (element: Fields): string => {
  const text = textIn(element.text)
  switch (element.type) {
    case 'text':
      return styled(text, element.style)
    case 'link':
      return markdownLink(literal(text || textIn(element.url)), textIn(element.url))
    case 'emoji':
      return emojiText(element)
    case 'user':
      return `@${textIn(element.user_id)}`
    case 'usergroup':
      return `@${textIn(element.usergroup_id)}`
    case 'broadcast':
      return `@${textIn(element.range)}`
    case 'channel':
      return `#${textIn(element.channel_id)}`
    case 'date':
      return literal(textIn(element.fallback))
    default:
      return literal(text)
  }
}

const inlines = (element: Fields): string => objectsIn(element.elements).map(inline).join('')

/** Returns a text without its marks, for a block of code. */
const plain = (element: Fields): string =>
  objectsIn(element.elements)
    .map(({ text, url }) => textIn(text) || textIn(url))
    .join('')

/** The deepest level of a list. A deeper one is shown as this one. */
const MAX_INDENT = 2

const list = (element: Fields): string => {
  const level = Number(textIn(element.indent)) || 0
  const indent = '  '.repeat(Math.max(0, Math.min(level, MAX_INDENT)))
  return objectsIn(element.elements)
    .map((item, index) => `${indent}${element.style === 'ordered' ? `${index + 1}.` : '-'} ${inlines(item)}`)
    .join('\n')
}

/** Returns a block `rich_text` as Markdown. */
export const richText = (block: Fields): string =>
  join(
    objectsIn(block.elements).map((element) => {
      switch (element.type) {
        case 'rich_text_list':
          return list(element)
        case 'rich_text_preformatted':
          return codeBlock(plain(element))
        case 'rich_text_quote':
          return quoted(inlines(element))
        default:
          return inlines(element)
      }
    }),
    '\n',
  )
