import { mentionOf } from '../contract/mentions.ts'
import { codeBlock, escaperFor, joinBlocks, markdownLink, quoted } from './markdown-text.ts'

/** Finds the names behind Slack's ids. */
export type SlackNames = {
  user: (id: string) => string | undefined
  channel: (id: string) => string | undefined
  emoji: (name: string) => string | undefined
  /** Called for a short name that is no emoji of Unicode. */
  onCustomEmoji: (name: string) => void
}

/** Slack escapes these three characters only: https://docs.slack.dev/messaging/formatting-message-text */
export const unescaped = (text: string): string =>
  text.replace(/&(lt|gt|amp);/g, (_, name: string) => (name === 'lt' ? '<' : name === 'gt' ? '>' : '&'))

/** Matches code, what stands in angle brackets, bold, and the short names of emoji. */
const token =
  /`([^`\n]+)`|<([^<>\n]+)>|(?<![\p{L}\p{N}*])\*(?!\s)([^*\n]*[^*\s])\*(?![\p{L}\p{N}*])|:([\p{L}\p{N}_+'-]+(?:::skin-tone-[2-6])?):/gu

/** Returns the text that Slack shows for a reference in angle brackets, and its address if it is a link. */
const referenceOf = (
  reference: string,
  names: SlackNames,
): { text: string; href?: string; user?: string } => {
  const bar = reference.indexOf('|')
  const target = bar < 0 ? reference : reference.slice(0, bar)
  const label = bar < 0 ? '' : unescaped(reference.slice(bar + 1))
  const id = target.slice(1)
  if (target.startsWith('@')) {
    const user = names.user(id) ?? (label.replace(/^@/, '') || id)
    return { text: `@${user}`, user }
  }
  if (target.startsWith('#')) return { text: `#${names.channel(id) ?? (label.replace(/^#/, '') || id)}` }
  if (target.startsWith('!')) return { text: label || `@${id.replace(/\^.*$/s, '')}` }
  const href = unescaped(target)
  return { text: label || href.replace(/^(mailto|tel):/, ''), href }
}

const isCode = (text: string): boolean => /^`[^`]+`$/.test(text)

const isShownAs = (text: string, href: string): boolean =>
  [href, href.replace(/^(mailto|tel):/, ''), href.replace(/^https?:\/\//, '')].includes(text)

/** Returns Slack's mrkdwn as Parlour's Markdown. */
export const slackText = (source: string, names: SlackNames): string => {
  const literal = escaperFor(source)

  const inline = (text: string): string => {
    let at = 0
    let result = ''
    for (const { index, 0: whole, 1: code, 2: reference, 3: bold, 4: emoji } of text.matchAll(token)) {
      result += literal(unescaped(text.slice(at, index)))
      at = index + whole.length
      if (code !== undefined) result += `\`${plain(code)}\``
      else if (reference !== undefined) {
        const { text: shown, href, user } = referenceOf(reference, names)
        if (user !== undefined) result += mentionOf(user)
        else if (href === undefined) result += literal(shown)
        else if (!isShownAs(shown, href)) result += markdownLink(isCode(shown) ? shown : literal(shown), href)
        else result += /^https?:/.test(href) ? href : shown
      } else if (bold !== undefined) result += `**${inline(bold)}**`
      else if (emoji !== undefined) {
        const found = names.emoji(emoji)
        // 10:30:45 is no emoji.
        if (found === undefined && /\p{L}/u.test(emoji)) names.onCustomEmoji(emoji)
        result += found ?? whole
      }
    }
    return result + literal(unescaped(text.slice(at)))
  }

  /** Returns code: nothing in it is marked up. */
  const plain = (code: string): string =>
    unescaped(code.replace(/<([^<>\n]+)>/g, (_, reference: string) => referenceOf(reference, names).text))

  const lines = (text: string): string => {
    const all = text.split('\n')
    const rest = all.findIndex((line) => /^&gt;&gt;&gt;/.test(line))
    return all
      .map((line, index) => {
        const isInRest = rest >= 0 && index >= rest
        const isQuote = /^&gt;/.test(line)
        if (!isInRest && !isQuote) return inline(line)
        return quoted(
          inline(
            index === rest
              ? line.slice('&gt;&gt;&gt;'.length).trimStart()
              : isInRest
                ? line
                : line.replace(/^&gt; ?/, ''),
          ),
        )
      })
      .join('\n')
  }

  // An odd number of fences leaves the last one open: it is text.
  const parts = source.split('```')
  const open = parts.length % 2 === 0 ? parts.pop() : undefined
  if (open !== undefined) parts.push(`${parts.pop() ?? ''}\`\`\`${open}`)
  return joinBlocks(parts.map((part, index) => (index % 2 === 1 ? codeBlock(plain(part)) : lines(part))))
}
