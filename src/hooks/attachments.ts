import { markdownLink, quoted } from '../lib/markdown-text'
import { blocksText } from './blocks'
import { bold, type Fields, join, literal, markdownOf, objectsIn, textIn } from './text'

// Slack's attachments: https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments

const linked = (label: string, href: string): string => (href === '' ? label : markdownLink(label, href))

const fieldOf = ({ title, value }: Fields): string =>
  join([bold(literal(textIn(title))), markdownOf(textIn(value))], textIn(value).includes('\n') ? '\n' : ' ')

/** Returns the part of an attachment beside which Slack draws a line. */
const boxOf = (attachment: Fields): string => {
  const [title, text] = [textIn(attachment.title).trim(), textIn(attachment.text).trim()]
  const blocks = blocksText(attachment.blocks)
  if (blocks !== '') return blocks
  const image = textIn(attachment.image_url)
  return join(
    [
      linked(literal(textIn(attachment.author_name)), textIn(attachment.author_link)),
      bold(linked(literal(title), title === '' ? '' : textIn(attachment.title_link))),
      markdownOf(text),
      ...objectsIn(attachment.fields).map(fieldOf),
      /^https?:/i.test(image) ? image : '',
      markdownOf(textIn(attachment.footer)),
    ],
    '\n',
  )
}

const attachmentOf = (attachment: Fields): string => {
  const box = boxOf(attachment)
  const shown = join([markdownOf(textIn(attachment.pretext)), box === '' ? '' : quoted(box)], '\n')
  return shown === '' ? markdownOf(textIn(attachment.fallback)) : shown
}

/** Returns attachments as Markdown: what Slack shows in a box is a quote. */
export const attachmentsText = (attachments: unknown): string =>
  join(objectsIn(attachments).map(attachmentOf), '\n\n')
