import { html, nothing } from 'lit/html.js'
import { type Block, type FindMention, type Inline, type ListItem, parse } from '../../contract/markdown.ts'

// Only templates: the text of a message is never HTML.

const inline = (node: Inline): unknown => {
  if (typeof node === 'string') return node
  switch (node.kind) {
    case 'bold':
      return html`<strong>${node.children.map(inline)}</strong>`
    case 'italic':
      return html`<em>${node.children.map(inline)}</em>`
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
        >${node.children.map(inline)}</a
      >`
  }
}

const item = ({ number, children: [first, ...rest] }: ListItem): unknown =>
  html`<li value=${number ?? nothing}>${
    first?.kind === 'paragraph' ? first.children.map(inline) : first && block(first)
  }${rest.map(block)}</li>`

const block = (node: Block): unknown => {
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

/** Renders a message's text. `findMention` finds the mentions that are marked. */
export const markdown = (text: string, findMention?: FindMention): unknown =>
  parse(text, findMention).map(block)
