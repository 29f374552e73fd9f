import { html } from 'hono/html'
import { type Block, type FindMention, type Inline, type ListItem, parse } from '../contract/markdown'

// `html` escapes each text that is inserted.
type Html = ReturnType<typeof html>

/** Returns a text with its line breaks as elements: a feed reader and a text browser have no style sheet that shows the characters. */
const lines = (text: string): Html | string =>
  text.includes('\n')
    ? html`${text.split('\n').map((line, index) => (index === 0 ? line : html`<br>${line}`))}`
    : text

const inline = (node: Inline): Html | string => {
  if (typeof node === 'string') return lines(node)
  switch (node.kind) {
    case 'bold':
      return html`<strong>${node.children.map(inline)}</strong>`
    case 'italic':
      return html`<em>${node.children.map(inline)}</em>`
    case 'code':
      return html`<code>${node.text}</code>`
    case 'mention':
      return html`<b><bdi>${node.text}</bdi></b>`
    case 'link':
      return html`<a href="${node.href}" rel="noopener noreferrer nofollow ugc">${node.children.map(inline)}</a>`
  }
}

const item = ({ number, children: [first, ...rest] }: ListItem): Html => {
  const text = first?.kind === 'paragraph' ? first.children.map(inline) : first ? block(first) : ''
  const content = html`${text}${rest.map(block)}`
  return number === undefined ? html`<li>${content}</li>` : html`<li value="${number}">${content}</li>`
}

const block = (node: Block): Html => {
  switch (node.kind) {
    case 'paragraph':
      return html`<p dir="auto">${node.children.map(inline)}</p>`
    case 'code':
      return html`<pre dir="ltr"><code>${node.text}</code></pre>`
    case 'quote':
      return html`<blockquote dir="auto">${node.children.map(block)}</blockquote>`
    case 'list':
      return node.isOrdered
        ? html`<ol dir="auto">${node.items.map(item)}</ol>`
        : html`<ul dir="auto">${node.items.map(item)}</ul>`
  }
}

const textOf = (node: Block | Inline): string => {
  if (typeof node === 'string') return node
  if ('text' in node) return node.text
  if ('items' in node) return node.items.flatMap(({ children }) => children.map(textOf)).join(' ')
  return node.children.map(textOf).join(node.kind === 'quote' ? ' ' : '')
}

/** Returns a message's text without its marks, in one line. */
const plainText = (text: string): string => parse(text).map(textOf).join(' ').replace(/\s+/g, ' ')

/** Returns the beginning of a message's text without its marks, in one line of at most so many code points. */
export const beginningOf = (text: string, characters: number): string => {
  const all = Array.from(plainText(text))
  return all.length > characters ? `${all.slice(0, characters).join('')}…` : all.join('')
}

/** Returns a message's text as HTML, as the element shows it. */
export const markdownHtml = (text: string, findMention: FindMention): Html[] =>
  parse(text, findMention).map(block)
