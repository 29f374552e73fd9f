import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { convertDiscord } from '../../scripts/convert/discord.ts'
import { summarise } from '../../scripts/convert/summary.ts'
import { converted, fileWith, shown } from '../support/node/converted.ts'

const path = 'test/fixtures/convert/discord.json'
const content = readFileSync(path, 'utf8')
const convert = (...paths: string[]) => converted((archive) => convertDiscord(paths, archive))
const room = 'game-night'

describe('a file of DiscordChatExporter', () => {
  it('becomes a room with the name, the topic and the time of its channel', async () => {
    const { all } = await convert(path)
    expect(all('room')).toEqual([
      {
        type: 'room',
        id: 1,
        name: room,
        topic: 'Fridays',
        createdAt: '2016-04-30T11:18:25.796Z',
        pinned: [2],
      },
    ])
  })

  it('keeps the order of the messages by their ids, times, edits and replies', async () => {
    const { messagesOf } = await convert(path)
    expect(
      messagesOf(room).map(({ by, createdAt, editedAt, replyTo }) => ({ by, createdAt, editedAt, replyTo })),
    ).toMatchObject([
      { by: 'Dr. Anna', createdAt: '2024-01-25T10:00:00.000Z' },
      { by: 'Ben', createdAt: '2024-01-25T10:00:05.500Z', editedAt: '2024-01-25T10:01:00.000Z', replyTo: 1 },
      { by: 'Dice Bot' },
      { by: 'Dr. Аnna 2' },
      { by: 'Ben', replyTo: undefined },
    ])
  })

  it('gives the text as Markdown, with names in place of ids', async () => {
    const { messagesOf } = await convert(path)
    const texts = messagesOf(room).map(({ text = '' }) => text)
    expect(texts[0]).toBe(
      'Who comes? @Ben @Ben #🎲・game night @role :dance: 2024-01-25 10:00 UTC https://example.com/a_b \\*not\\* _x_\n> all of this\n> is a quote',
    )
    expect(texts[1]).toBe(
      'hi @"Dr. Anna", **bold** *it* **under** ~~no~~ ||boo||\n**Title**\n`@Dr. Anna`\n```js\nlet a = 1\n```\n📎 map.png (2.0 KB)\n:Wave:',
    )
    expect(shown(texts[2] ?? '')).toBe(
      '<p><bold>Roll</bold>\nYou rolled <bold>6</bold>\n<bold>Dice</bold>\n1d6</p>',
    )
    expect(shown(texts[3] ?? '')).toBe('<quote><p>from elsewhere\nin two lines</p></quote>')
  })

  it('keeps mentions and reactions with their people', async () => {
    const { messagesOf, reactionsOf } = await convert(path)
    expect(messagesOf(room).map(({ mentions }) => mentions?.map(({ name }) => name))).toEqual([
      ['Ben'],
      ['Dr. Anna'],
      undefined,
      undefined,
      undefined,
    ])
    expect(reactionsOf(room, 2)).toEqual({ '❤️': ['Dr. Anna', 'Ben'] })
  })

  it("has people's pictures, wherever they are named first", async () => {
    const { all } = await convert(path)
    expect(all('user').map(({ name, avatar = '' }) => [name, avatar.slice(0, 35)])).toContainEqual([
      'Dr. Anna',
      'https://cdn.discordapp.com/avatars/',
    ])
  })

  it('sums up', async () => {
    const { archive } = await convert(path)
    expect(summarise(archive)).toContain(`Names that Parlour has in another form:
        was            is          why
room    🎲・game night  game-night  may hold only letters and digits of any script, '-', '_' and '.', not "🎲"
person  Dr. Аnna       Dr. Аnna 2  looks like "Dr. Anna"

What could not be taken:
  attachments: 1, 2.0 KB
      map.png (2.0 KB)
  custom emoji as reactions: 1
      :meeple:
  custom emoji in texts, which stay as words: 1
      :dance:
  stickers: 1
      Wave
  messages of the system, such as joins: 1
      GuildMemberJoin
  replies to messages that are not in the export: 1
  reactions without the names of those who gave them: 4`)
  })

  it('counts custom emoji once, also where the exporter has made names of them', async () => {
    const emoji =
      '"inlineEmojis": [{ "id": "77", "name": "dance" }, { "id": "", "name": "👍" }], "content": "Who'
    const raw = fileWith('a.json', content.replace('"content": "Who', emoji))
    const named = fileWith(
      'a.json',
      content.replace('"content": "Who', emoji).replace('<a:dance:77>', ':dance:'),
    )
    for (const path of [raw, named])
      expect((await convert(path)).archive.losses.details('textEmoji')).toEqual([[':dance:', 1]])
  })

  it('may be one of several: parts of a channel, or other channels of the same name', async () => {
    const other = fileWith(
      'b.json',
      content.replace('"175928847299117063", "type"', '"275928847299117063", "type"'),
    )
    const { all, archive, messagesOf } = await convert(path, path, other)
    expect(all('room').map(({ name }) => name)).toEqual([room, `${room}-2`])
    expect(messagesOf(room)).toHaveLength(5)
    expect(archive.losses.count('duplicate')).toBe(5)
    expect(archive.renamed.at(-1)).toMatchObject({
      to: `${room}-2`,
      why: expect.stringContaining('is taken'),
    })
  })
})

describe('a file that is none', () => {
  it.each([
    [
      'is cut off',
      content.slice(0, 900),
      /a\.json is not valid JSON, or it was cut off: .*line \d+ column \d+/,
    ],
    ['is other JSON', '{"messages":[]}', /a\.json: guild: /],
    [
      'has a message without an author',
      content.replace('"author": { "id": "2"', '"writer": { "id": "2"'),
      /a\.json: messages\[0\]\.author: /,
    ],
    [
      'has a bad time',
      content.replace('2024-01-25T10:02:00+00:00', 'yesterday'),
      /a\.json: messages\[2\]\.timestamp: must be a time such as/,
    ],
    [
      'is a private conversation',
      content.replace('GuildTextChat', 'DirectTextChat'),
      /private conversations, which are not converted/,
    ],
  ])('%s', async (_, text, error) => {
    await expect(convert(fileWith('a.json', text))).rejects.toThrow(error)
  })

  it('is missing, or not UTF-8', async () => {
    await expect(convert('nowhere.json')).rejects.toThrow(/Could not read nowhere\.json: ENOENT/)
    await expect(convert(fileWith('a.json', Buffer.from([0x7b, 0xff, 0x7d])))).rejects.toThrow(
      /a\.json is not UTF-8/,
    )
  })
})
