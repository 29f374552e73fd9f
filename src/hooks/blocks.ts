import { markdownLink } from '../lib/markdown-text'
import { richText } from './rich-text'
import { bold, type Fields, isFields, join, literal, markdownOf, objectsIn, textIn } from './text'

// Slack's Block Kit: https://docs.slack.dev/reference/block-kit/blocks

/** Returns a text object: its text is mrkdwn unless it says that it is plain. */
const textOf = (object: unknown): string => {
  if (!isFields(object)) return ''
  const text = textIn(object.text)
  return object.type === 'plain_text' ? literal(text) : markdownOf(text)
}

const linkOf = (label: string, href: string): string =>
  href === '' ? label : markdownLink(label || literal(href), href)

const imageOf = ({ image_url: url, alt_text: alt }: Fields): string =>
  linkOf(literal(textIn(alt)), textIn(url))

/** Returns a button as its link, and an image as a link with its description. Nothing else works outside of Slack. */
const elementOf = (element: Fields): string => {
  switch (element.type) {
    case 'button':
      return textIn(element.url) === '' ? '' : linkOf(textOf(element.text), textIn(element.url))
    case 'image':
      return imageOf(element)
    case 'mrkdwn':
    case 'plain_text':
      return textOf(element)
    default:
      return ''
  }
}

const elementsOf = (elements: unknown, separator: string): string =>
  join(objectsIn(elements).map(elementOf), separator)

const blockOf = (block: Fields): string => {
  switch (block.type) {
    case 'header':
      return isFields(block.text) ? bold(literal(textIn(block.text.text))) : ''
    case 'section':
      return join(
        [
          textOf(block.text),
          ...objectsIn(block.fields).map(textOf),
          isFields(block.accessory) ? elementOf(block.accessory) : '',
        ],
        '\n',
      )
    case 'context':
      return elementsOf(block.elements, ' ')
    case 'actions':
      return elementsOf(block.elements, ' · ')
    case 'divider':
      return '———'
    case 'image':
      return join([textOf(block.title), imageOf(block)], '\n')
    case 'video':
      return linkOf(textOf(block.title), textIn(block.title_url) || textIn(block.video_url))
    case 'rich_text':
      return richText(block)
    case 'markdown':
      return textIn(block.text)
    default:
      return ''
  }
}

/** Returns blocks as Markdown. A block that only works in Slack is left out. */
export const blocksText = (blocks: unknown): string => join(objectsIn(blocks).map(blockOf), '\n')
