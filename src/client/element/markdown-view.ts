import { html, nothing } from 'lit/html.js'
import { type Block, type FindMention, type Inline, type ListItem, parse } from '../../contract/markdown.ts'

// Only templates: the text of a message is never HTML.

/** Renders the items of a list. A single one needs no list, which lit-html would mark with comments. */
const all = <Item>(items: readonly Item[], render: (item: Item) => unknown): unknown => {
  const [first] = items
  return items.length === 1 && first !== undefined ? render(first) : items.map(render)
}

const inline = (node: Inline): unknown => {
  if (typeof node === 'string') return node
  switch (node.kind) {
    case 'bold':
      return html`<strong>${all(node.children, inline)}</strong>`
    case 'italic':
      return html`<em>${all(node.children, inline)}</em>`
    case 'code':
      return html`<code>${node.text}</code>`
    case 'mention':
      return html`<b class="mention" part="mention"><bdi>${node.text}</bdi></b>`
    case 'link':
      return html`<a
        href=${node.href}
        title=${node.href}
        target="_blank"
        rel="noopener noreferrer nofollow ugc"
        >${all(node.children, inline)}</a
      >`
  }
}

const item = ({ number, children: [first, ...rest] }: ListItem): unknown =>
  html`<li value=${number ?? nothing}>${
    first?.kind === 'paragraph' ? all(first.children, inline) : first && block(first)
  }${rest.map(block)}</li>`

const block = (node: Block): unknown => {
  switch (node.kind) {
    case 'paragraph':
      return html`<p dir="auto">${all(node.children, inline)}</p>`
    case 'code':
      return html`<pre dir="ltr"><code>${node.text}</code></pre>`
    case 'quote':
      return html`<blockquote dir="auto">${all(node.children, block)}</blockquote>`
    case 'list':
      return node.isOrdered
        ? html`<ol dir="auto">${node.items.map(item)}</ol>`
        : html`<ul dir="auto">${node.items.map(item)}</ul>`
  }
}

/** Renders a message's text. `findMention` finds the mentions that are marked. */
export const markdown = (text: string, findMention?: FindMention): unknown =>
  all(parse(text, findMention), block)
