import type { WebhookEvent, WebhookFormat } from '../contract'
import { time } from '../lib/time'
import type { Happening } from './streams'

/** Returns the body of a delivery. `data` is what happened, as the API shows it. */
export const bodyOf = (format: WebhookFormat, { event, at, data }: Happening & { data: object }): string => {
  switch (format) {
    case 'standard':
      return JSON.stringify({ type: event, timestamp: time(at), data })
    case 'slack':
      return JSON.stringify({ text: sentence(event, data, slack) })
    case 'discord': {
      const content = shortened(sentence(event, data, discord), MAX_DISCORD_CHARACTERS)
      // Nobody is pinged, whatever the text says.
      return JSON.stringify({ content, allowed_mentions: { parse: [] } })
    }
  }
}

/** The longest `content` that Discord takes. */
const MAX_DISCORD_CHARACTERS = 2000

const shortened = (text: string, most: number): string => {
  if (text.length <= most) return text
  // Without half of a surrogate pair or of an escape at the end.
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff\\]$/, '')}…`
}

/** The ways of a format to write a text, a name in bold, and the link of a file. */
type Markup = {
  text: (text: string) => string
  bold: (text: string) => string
  link: (file: { name: string; url: string }) => string
}

const slackText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const slack: Markup = {
  text: slackText,
  bold: (name) => `*${slackText(name)}*`,
  link: ({ name, url }) => `<${slackText(url)}|${slackText(name).replaceAll('|', '')}>`,
}

/** Finds links, without the characters that Discord's Markdown reads, and those characters. */
const LINK_OR_MARKUP = /https?:\/\/[\w\-./?=&%#:+,;!$']+|[\\`*_{}[\]()#+\-.!|~<>:@]/g
const discordText = (text: string): string =>
  text.replace(LINK_OR_MARKUP, (found) => (found.length > 1 ? found : `\\${found}`))
const discord: Markup = {
  text: discordText,
  bold: (name) => `**${discordText(name)}**`,
  // Discord shows the picture behind a bare link.
  link: ({ url }) => url,
}

/** The fields that sentences use. */
type Told = {
  chatroom?: string | null
  userName?: string | null
  message?: string | null
  files?: { name: string; url: string }[]
  seq?: number
  target?: number
  reaction?: string
  added?: boolean
  reason?: string | null
  by?: string | null
}

/** Returns what happened as a text for people. */
const sentence = (event: WebhookEvent, data: object, { text, bold, link }: Markup): string => {
  const told = data as Told
  const who = bold(told.userName ?? 'somebody')
  const room = told.chatroom == null ? 'the whole site' : text(told.chatroom)
  const because = told.reason ? `: ${text(told.reason)}` : ''
  const said = [text(told.message ?? ''), ...(told.files ?? []).map(link)].filter(Boolean).join(' ')
  switch (event) {
    case 'message':
      return `${who} in ${room}: ${said}`
    case 'edit':
      return `${who} edited message ${told.target} in ${room}: ${said}`
    case 'delete':
      return `${who} deleted message ${told.target} in ${room}`
    case 'reaction':
      return `${who} ${told.added ? 'reacted with' : 'took back'} ${told.reaction} to message ${told.target} in ${room}`
    case 'report':
      return `${who} reported message ${told.seq} in ${room}${because}`
    case 'held':
      return `A message of ${who} waits for approval in ${room}: ${said}`
    case 'ban':
      return `${who} was banned from ${room}${because}`
  }
}
