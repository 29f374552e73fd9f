import { joinBlocks } from '../../src/lib/markdown-text.ts'
import { type SlackNames, slackText } from '../../src/lib/slack-text.ts'
import { Stop } from '../command.ts'
import type { Archive, Room } from './archive.ts'
import { createEmojiNames } from './emoji.ts'
import * as schemas from './slack-schemas.ts'
import { withZip, type Zip } from './slack-zip.ts'
import { fileLine, shortText } from './text.ts'

type SlackMessage = schemas.SlackMessage

/** The kinds of messages that somebody wrote. The others tell of joins, topics, calls and the like. */
const written = [
  ...[undefined, null, 'bot_message', 'me_message', 'thread_broadcast', 'slackbot_response'],
  ...['file_share', 'file_comment', 'file_mention', 'document_mention'],
]
/** The kind of a deleted message that has replies. */
const TOMBSTONE = 'tombstone'

/** Returns the milliseconds of Slack's time: seconds with a fraction. */
const timeOf = (ts: string): number => {
  const [seconds = '', fraction = ''] = ts.split('.')
  return Number(seconds) * 1000 + Number(fraction.padEnd(3, '0').slice(0, 3))
}

const inOrder = (messages: SlackMessage[]): SlackMessage[] =>
  messages.toSorted((one, other) => Number(one.ts) - Number(other.ts))

/** Returns the key of a message's author, and tells the archive of it. A bot that posts under several names is several people. */
const authorOf = (message: SlackMessage, archive: Archive): string => {
  const { username, bot_id: botId, bot_profile: bot, user_profile: profile } = message
  const user = message.user || message.comment?.user
  if (user && !(username && message.subtype === 'bot_message')) {
    if (profile)
      archive.know(user, { names: [profile.display_name || profile.real_name || '', profile.name || user] })
    else if (bot?.name) archive.know(user, { names: [bot.name, user] })
    return user
  }
  const name = username || bot?.name || botId || 'bot'
  archive.know(`bot ${name}`, { names: [name, 'bot'] })
  return `bot ${name}`
}

const stringsOf = (values: readonly unknown[]): string[] =>
  values.flatMap((value) => (typeof value === 'string' ? [value] : []))

/** Returns the texts of attachments that are no previews of links. */
const attachmentTexts = ({ attachments }: SlackMessage): string[] =>
  (attachments ?? [])
    .filter(({ from_url: preview }) => !preview)
    .flatMap(({ pretext, title, title_link: link, text, fields, fallback }) => {
      const pairs = (fields ?? []).map((field) =>
        stringsOf([field.title, field.value]).filter(Boolean).join(': '),
      )
      const texts = stringsOf([pretext, title && link ? `<${link}|${title}>` : title, text, ...pairs]).filter(
        Boolean,
      )
      return texts.length > 0 ? texts : stringsOf([fallback])
    })

/** The parts of blocks in which others stand, in their order. */
const inner = ['text', 'fields', 'elements']
/** Blocks whose parts stand in one line. */
const inlineBlocks = ['rich_text_section', 'rich_text_preformatted', 'rich_text_quote']

/** Returns the text of a block and of those in it, as Slack writes it in messages. */
const blockText = (block: unknown): string => {
  if (typeof block === 'string') return block
  if (typeof block !== 'object' || block === null) return ''
  const { type, url, user_id: user, name } = block as Record<string, unknown>
  if (type === 'user') return `<@${user}>`
  if (type === 'emoji') return `:${name}:`
  if (type === 'link') return `<${url}|${blockText((block as { text?: unknown }).text) || url}>`
  const parts = inner.flatMap((key) => (block as Record<string, unknown>)[key] ?? [])
  return parts
    .map(blockText)
    .filter((text) => text !== '')
    .join(inlineBlocks.includes(String(type)) ? '' : '\n')
}

/** Returns the texts of blocks. Only messages of bots have blocks that their text doesn't repeat. */
const blockTexts = ({ blocks }: SlackMessage): string[] =>
  (blocks ?? []).map(blockText).filter((text) => text !== '')

const sourceText = (message: SlackMessage): string => {
  const attached = attachmentTexts(message)
  const own = message.text?.trim() ? [message.text] : attached.length > 0 ? [] : blockTexts(message)
  return [...own, ...attached].join('\n')
}

/** Adds the messages of a channel, which are in order, to its room. */
const addMessages = (
  messages: SlackMessage[],
  room: Room,
  archive: Archive,
  names: SlackNames,
  members: Set<string>,
) => {
  const { losses } = archive
  for (const message of messages) {
    const { ts, subtype, thread_ts: thread, edited, reactions, files, file, user } = message
    const at = timeOf(ts)
    const isTombstone = subtype === TOMBSTONE
    if (!isTombstone && (message.hidden || !written.includes(subtype))) {
      if (subtype === 'channel_join' && user && members.has(user)) room.join(archive.use(user, at), at)
      losses.add('system', subtype ?? 'hidden')
      continue
    }
    if (room.has(ts)) {
      losses.add('duplicate')
      continue
    }
    const attached = (files ?? (file ? [file] : [])).map(({ name, title, size }) => {
      const shown = name || title || 'a deleted file'
      losses.addAttachment(shown, size ?? undefined)
      return fileLine(shown, size ?? undefined)
    })
    const text = slackText(sourceText(message), names)
    room.add({
      key: ts,
      author: authorOf(message, archive),
      text: isTombstone ? null : joinBlocks([subtype === 'me_message' ? `/me ${text}` : text, ...attached]),
      at,
      editedAt: edited ? timeOf(edited.ts) : undefined,
      replyTo: thread && thread !== ts ? thread : undefined,
      reactions: (reactions ?? []).map(({ name, users, count }) => {
        const people = users ?? []
        losses.add('anonymousReaction', '', (count ?? 0) - people.length)
        return { emoji: names.emoji(name) ?? `:${name}:`, people }
      }),
    })
  }
}

const convert = async (path: string, zip: Zip, archive: Archive): Promise<void> => {
  // A zip that was packed again has everything in a folder.
  const place = zip.names
    .filter((name) => /(^|\/)channels\.json$/.test(name))
    .toSorted((one, other) => one.length - other.length)[0]
  if (place === undefined)
    throw new Stop(`${path} has no channels.json, so it is not the export of a Slack workspace.`)
  const folder = place.slice(0, -'channels.json'.length)

  const people =
    (await zip.json(`${folder}users.json`, schemas.users)) ??
    (await zip.json(`${folder}org_users.json`, schemas.users)) ??
    []
  for (const { id, name, real_name: realName, profile } of people)
    archive.know(id, {
      names: [profile?.display_name || profile?.real_name || realName || '', name || id],
      avatar: profile?.image_192 ?? undefined,
    })
  archive.know('USLACKBOT', { names: ['Slackbot'] })
  for (const kind of ['groups', 'mpims', 'dms']) {
    const others = (await zip.json(`${folder}${kind}.json`, schemas.conversations)) ?? []
    archive.losses.add('private', `${kind}.json`, others.length)
  }

  const channels = (await zip.json(place, schemas.channels)) ?? []
  const channelNames = new Map(channels.map(({ id, name }) => [id, name]))
  const emoji = createEmojiNames()
  const days = Map.groupBy(zip.names, (name) => /^(.+)\/[^/]+$/.exec(name.slice(folder.length))?.[1])
  for (const channel of channels) {
    const created = channel.created ? channel.created * 1000 : undefined
    let now = created ?? 0
    const names: SlackNames = {
      user: (id) => (archive.knows(id) ? archive.use(id, now).name : undefined),
      channel: (id) => channelNames.get(id),
      emoji,
      onCustomEmoji: (name) => archive.losses.add('textEmoji', `:${name}:`),
    }
    const messages: SlackMessage[] = []
    for (const day of (days.get(channel.name) ?? []).toSorted())
      messages.push(...((await zip.json(day, schemas.messages)) ?? []))
    const ordered = inOrder(messages)
    now = ordered[0] ? timeOf(ordered[0].ts) : now

    const topic = shortText(slackText(channel.topic?.value || channel.purpose?.value || '', names))
    const room = archive.room(channel.id, [channel.name, channel.id], {
      createdAt: created,
      archived: channel.is_archived ?? false,
      ...(topic !== undefined && { topic }),
    })
    const members = new Set(channel.members ?? [])
    addMessages(ordered, room, archive, names, members)
    for (const member of members) {
      const user = archive.use(member, now)
      if (!room.members.has(user)) room.join(user, created ?? now)
    }
    for (const { id } of channel.pins ?? []) room.pin(id)
  }
}

/** Converts the export of a Slack workspace. https://slack.com/help/articles/220556107 */
export const convertSlack = ([path = '']: string[], archive: Archive): Promise<void> =>
  withZip(path, (zip) => convert(path, zip, archive))
