import { mentionOf } from '../../src/contract/mentions.ts'
import { codeBlock, inlineCode, joinBlocks, quoted } from '../../src/lib/markdown-text.ts'

/** Finds the names behind Discord's ids. */
export type DiscordNames = {
  user: (id: string) => string | undefined
  channel: (id: string) => string | undefined
  /** The names of those whom the message mentions, as its text has them, and as Parlour has them. */
  mentioned: readonly { written: string; name: string }[]
  onCustomEmoji: (name: string) => void
}

/** Matches code, escapes, references in angle brackets, underlined text, mentions by name. */
const token =
  /(`+)(?!`)([\s\S]*?[^`])\1(?!`)|\\([\\_~|>#:<-])|<(@[!&]?|#|a?:|t:|\/|https?:)([^<>\s]+(?: [^<>\n]+)?)>|__(?=\S)((?:(?!__)[^\n])*\S)__(?![_\p{L}\p{N}])|@(?=\S)/gu

/** Returns a time as a text that is the same for every reader. */
const timeText = (seconds: number): string => {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.valueOf())
    ? 'an unknown time'
    : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** Returns the Markdown of Discord as that of Parlour. The spoiler and strikethrough marks stay as they are. */
export const discordText = (source: string, names: DiscordNames): string => {
  const mentioned = names.mentioned.toSorted((one, other) => other.written.length - one.written.length)

  const reference = (kind: string, target: string): string => {
    switch (kind) {
      case '@':
      case '@!': {
        const user = names.user(target)
        return user === undefined ? '@unknown' : mentionOf(user)
      }
      case '@&':
        return '@role'
      case '#':
        return `#${names.channel(target) ?? 'channel'}`
      case 't:':
        return timeText(Number.parseInt(target, 10))
      case '/':
        return `/${target.replace(/:\d+$/, '')}`
      case 'https:':
      case 'http:':
        return `${kind}${target}`
      default: {
        const [name = ''] = target.split(':')
        names.onCustomEmoji(`:${name}:`)
        return `:${name}:`
      }
    }
  }

  const inline = (text: string): string => {
    let result = ''
    let at = 0
    for (const match of text.matchAll(token)) {
      const { index, 0: whole, 2: code, 3: escaped, 4: kind, 5: target = '', 6: underlined } = match
      // A mention before has taken this place.
      if (index < at) continue
      result += text.slice(at, index)
      at = index + whole.length
      if (code !== undefined) result += inlineCode(code)
      else if (escaped !== undefined) result += escaped
      else if (kind !== undefined) result += reference(kind, target)
      else if (underlined !== undefined) result += `**${inline(underlined.replaceAll('**', ''))}**`
      else {
        const found = mentioned.find(({ written }) => text.startsWith(written, at))
        result += found ? mentionOf(found.name) : whole
        at += found?.written.length ?? 0
      }
    }
    return result + text.slice(at)
  }

  let isQuoted = false
  const line = (text: string): string => {
    if (!isQuoted && /^>>> /.test(text)) {
      isQuoted = true
      return quoted(inline(text.slice('>>> '.length)))
    }
    if (isQuoted) return quoted(inline(text))
    const heading = /^#{1,3} +(\S.*)$/.exec(text)?.[1]
    if (heading !== undefined) return `**${inline(heading.replaceAll('**', ''))}**`
    return inline(text.replace(/^-# +/, ''))
  }

  const parts = source.split('```')
  const open = parts.length % 2 === 0 ? parts.pop() : undefined
  if (open !== undefined) parts.push(`${parts.pop() ?? ''}\`\`\`${open}`)
  return joinBlocks(
    parts.map((part, index) => {
      if (index % 2 === 0) return part.split('\n').map(line).join('\n')
      const [, language = '', code = part] = /^([\w+#.-]+)\n([\s\S]*\S[\s\S]*)$/.exec(part) ?? []
      const block = codeBlock(code, language)
      return isQuoted ? quoted(block) : block
    }),
  )
}
