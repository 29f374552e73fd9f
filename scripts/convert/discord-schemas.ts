import * as z from 'zod/mini'
import { maybe } from './files.ts'

// The parts of DiscordChatExporter's JSON that are read. Older versions leave some out.

const person = z.object({
  id: z.string(),
  name: z.string(),
  nickname: maybe(z.string()),
  isBot: maybe(z.boolean()),
  avatarUrl: maybe(z.string()),
})
export type DiscordPerson = z.output<typeof person>

const time = z.pipe(
  z.string(),
  z.pipe(
    z.transform((text: string) => Date.parse(text)),
    z.int({ error: 'must be a time such as 2024-01-02T03:04:05.678+00:00' }),
  ),
)

const id = z.string().check(z.regex(/^\d{1,20}$/, { error: 'must be an id of at most 20 digits' }))

const attachment = z.object({ fileName: z.string(), fileSizeBytes: maybe(z.number()) })
const embed = z.object({
  title: maybe(z.string()),
  url: maybe(z.string()),
  description: maybe(z.string()),
  fields: maybe(z.array(z.object({ name: z.string(), value: z.string() }))),
})
const sticker = z.object({ name: z.string() })

const content = {
  content: z.string(),
  attachments: maybe(z.array(attachment)),
  embeds: maybe(z.array(embed)),
  stickers: maybe(z.array(sticker)),
}

const message = z.object({
  ...content,
  id,
  type: z.string(),
  timestamp: time,
  timestampEdited: maybe(time),
  isPinned: maybe(z.boolean()),
  author: person,
  reactions: maybe(
    z.array(
      z.object({
        emoji: z.object({ id: maybe(z.string()), name: z.string() }),
        count: z.number(),
        users: maybe(z.array(person)),
      }),
    ),
  ),
  mentions: maybe(z.array(person)),
  reference: maybe(
    z.object({ type: maybe(z.string()), messageId: maybe(z.string()), channelId: maybe(z.string()) }),
  ),
  /** The emoji in the text, of which those with an id are custom. In older versions only the text itself tells. */
  inlineEmojis: maybe(z.array(z.object({ id: maybe(z.string()), name: z.string() }))),
  forwardedMessage: maybe(z.object(content)),
})
export type DiscordMessage = z.output<typeof message>

export const discordExport = z.object({
  guild: z.object({ name: z.string() }),
  channel: z.object({
    id,
    type: z.string(),
    category: maybe(z.string()),
    name: z.string(),
    topic: maybe(z.string()),
  }),
  messages: z.array(message),
})
