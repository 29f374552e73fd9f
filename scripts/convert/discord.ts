import type * as z from 'zod/mini'
import { joinBlocks, markdownLink, quoted } from '../../src/lib/markdown-text.ts'
import { Stop } from '../command.ts'
import type { Archive } from './archive.ts'
import { type DiscordMessage, type DiscordPerson, discordExport } from './discord-schemas.ts'
import { type DiscordNames, discordText } from './discord-text.ts'
import { parseJson, readText } from './files.ts'
import { fileLine, shortText } from './text.ts'

type Export = z.output<typeof discordExport>

/** The kinds of messages that somebody wrote: also commands of applications, which the exporter gives as numbers. The others are the system's. */
const written = ['Default', 'Reply', '0', '19', '20', '23']
const privateChannels = ['DirectTextChat', 'DirectGroupTextChat', 'GuildPrivateThread', 'PrivateThread']

/** Discord's ids hold the time, in milliseconds since 2015: https://discord.com/developers/docs/reference#snowflakes */
const timeOfId = (id: string): number => Number((BigInt(id) >> 22n) + 1_420_070_400_000n)

const inOrder = (messages: DiscordMessage[]): DiscordMessage[] =>
  messages.toSorted(
    ({ id: one }, { id: other }) => one.length - other.length || (one < other ? -1 : Number(one > other)),
  )

const know = (person: DiscordPerson, archive: Archive): string => {
  archive.know(person.id, {
    names: [person.nickname || person.name, person.name],
    avatar: person.avatarUrl ?? undefined,
  })
  return person.id
}

/** Returns the text of an embed, which is what many bots write. */
const embedText = ({
  title,
  url,
  description,
  fields,
}: NonNullable<DiscordMessage['embeds']>[number]): string =>
  joinBlocks([
    title ? (url ? markdownLink(title, url) : `**${title}**`) : '',
    description ?? '',
    ...(fields ?? []).map(({ name, value }) => `**${name}**\n${value}`),
  ])

/** Returns the whole text of a message, and counts its files and stickers. */
const textOf = (
  message: Pick<DiscordMessage, 'content' | 'attachments' | 'embeds' | 'stickers'>,
  hasEmbeds: boolean,
  names: DiscordNames,
  { losses }: Archive,
): string => {
  const { content, attachments, embeds, stickers } = message
  const written = joinBlocks([
    content,
    ...(hasEmbeds || content === '' ? (embeds ?? []) : []).map((embed) => embedText(embed)),
  ])
  const files = (attachments ?? []).map(({ fileName, fileSizeBytes }) => {
    losses.addAttachment(fileName, fileSizeBytes ?? undefined)
    return fileLine(fileName, fileSizeBytes ?? undefined)
  })
  const stickerNames = (stickers ?? []).map(({ name }) => {
    losses.add('sticker', name)
    return `:${name}:`
  })
  return joinBlocks([discordText(written, names), ...files, ...stickerNames])
}

const addMessages = (
  { channel, messages }: Export,
  archive: Archive,
  channels: ReadonlyMap<string, string>,
): void => {
  const { losses } = archive
  const ordered = inOrder(messages)
  const topic = shortText(channel.topic ?? '')
  const room = archive.room(channel.id, [channel.name, channel.id], {
    createdAt: timeOfId(channel.id),
    ...(topic !== undefined && { topic }),
  })
  for (const message of ordered) {
    const {
      id,
      type,
      timestamp: at,
      timestampEdited,
      author,
      reactions,
      mentions,
      reference,
      forwardedMessage,
      inlineEmojis,
    } = message
    if (!written.includes(type)) {
      losses.add('system', type)
      continue
    }
    if (room.has(id)) {
      losses.add('duplicate')
      continue
    }
    const names: DiscordNames = {
      user: (user) => (archive.knows(user) ? archive.use(user, at).name : undefined),
      channel: (other) => channels.get(other),
      mentioned: (mentions ?? []).map((person) => ({
        written: person.nickname || person.name,
        name: archive.use(know(person, archive), at).name,
      })),
      onCustomEmoji: (name) => losses.add('textEmoji', name, inlineEmojis ? 0 : 1),
    }
    for (const { id: custom, name } of inlineEmojis ?? []) if (custom) losses.add('textEmoji', `:${name}:`)
    const forwarded = forwardedMessage ? quoted(textOf(forwardedMessage, false, names, archive)) : ''
    room.add({
      key: id,
      author: know(author, archive),
      text: joinBlocks([textOf(message, author.isBot ?? false, names, archive), forwarded]),
      at,
      editedAt: timestampEdited ?? undefined,
      replyTo: reference?.messageId && reference.type !== 'Forward' ? reference.messageId : undefined,
      reactions: (reactions ?? []).map(({ emoji, count, users }) => {
        const people = (users ?? []).map((person) => know(person, archive))
        losses.add('anonymousReaction', '', count - people.length)
        return { emoji: emoji.id ? `:${emoji.name}:` : emoji.name, people }
      }),
    })
    if (message.isPinned) room.pin(id)
  }
}

/** Converts files of DiscordChatExporter, each with a channel or a part of one. https://github.com/Tyrrrz/DiscordChatExporter */
export const convertDiscord = (paths: string[], archive: Archive): void => {
  const exports = new Map<string, Export>()
  for (const path of paths) {
    const { guild, channel, messages } = parseJson(discordExport, readText(path), path)
    if (privateChannels.includes(channel.type)) {
      archive.losses.add('private', channel.name)
      continue
    }
    const before = exports.get(channel.id)?.messages ?? []
    exports.set(channel.id, { guild, channel, messages: [...before, ...messages] })
  }
  if (exports.size === 0)
    throw new Stop('All of these files are private conversations, which are not converted.')
  const channels = new Map([...exports].map(([id, { channel }]) => [id, channel.name]))
  // Authors come first, because their profiles have pictures.
  const all = [...exports.values()].flatMap(({ messages }) => messages)
  for (const { author } of all) know(author, archive)
  for (const { mentions } of all) for (const person of mentions ?? []) know(person, archive)
  for (const each of exports.values()) addMessages(each, archive, channels)
}
