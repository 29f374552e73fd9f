import { describe, expect, it } from 'vitest'
import { convertSlack } from '../../scripts/convert/slack.ts'
import { summarise } from '../../scripts/convert/summary.ts'
import { converted, filesIn, fileWith } from '../support/node/converted.ts'
import { zipOf } from '../support/node/zip.ts'

const files = filesIn('test/fixtures/convert/slack')
const convert = (entries: readonly (readonly [string, string])[] = files) =>
  converted((archive) => convertSlack([fileWith('export.zip', zipOf(entries))], archive))

/** Returns the fixture with some files in other words. */
const changed = (changes: Record<string, string>): [string, string][] => [
  ...files.filter(([name]) => !(name in changes)),
  ...Object.entries(changes),
]

describe("the zip of a Slack workspace's export", () => {
  it('becomes rooms of the public channels, with topic, time of creation and pins', async () => {
    const { all } = await convert()
    expect(all('room')).toEqual([
      expect.objectContaining({
        name: 'general',
        topic: 'All & everything 🎉',
        createdAt: '2020-09-13T12:26:40.000Z',
        pinned: [2],
      }),
      expect.objectContaining({ name: 'old-stuff', archived: true, createdAt: '2017-07-14T02:40:00.000Z' }),
    ])
  })

  it('keeps times to the millisecond, edits, threads and broadcasts', async () => {
    const { messagesOf } = await convert()
    expect(
      messagesOf('general').map(({ seq, by, createdAt, editedAt, replyTo }) => ({
        seq,
        by,
        createdAt,
        editedAt,
        replyTo,
      })),
    ).toMatchObject([
      {
        seq: 1,
        by: 'Anna Berg',
        createdAt: '2020-09-13T12:27:30.000Z',
        editedAt: '2020-09-13T12:27:35.000Z',
      },
      { seq: 2, by: "Ben O'Neil", replyTo: 1 },
      { seq: 3, by: 'ops-team' },
      { seq: 4, by: 'CI' },
      { seq: 5, by: 'Slackbot' },
      { seq: 6, by: "Ben O'Neil", createdAt: '2020-09-14T12:26:40.000Z', replyTo: 1 },
      { seq: 7, by: 'Anna Berg', replyTo: 5 },
      { seq: 8, by: 'Anna Berg', replyTo: undefined },
      { seq: 9, by: 'Zoë' },
    ])
  })

  it('gives the text as Markdown: mentions by name, channels, links, emoji, files by their names', async () => {
    const { messagesOf } = await convert()
    expect(messagesOf('general').map(({ text }) => text)).toEqual([
      '**Hello** @"Ben O\'Neil" & @here, see [the page](https://example.com/a_%28b%29) in #old-stuff 👋🏼 :our-logo:',
      'first answer\n📎 plan\\*.pdf (123 KB)\n📎 a deleted file',
      '/me waves',
      '[Build 7](https://ci.example/7)\nfailed in **2** steps',
      undefined,
      'second answer',
      'to a deleted one',
      'to one that is gone',
      'I am from another workspace',
    ])
    expect(messagesOf('old-stuff').map(({ text }) => text)).toEqual([
      '> quoted\nand \n```\ncode <b>\n*x*\n```',
      '📎 cat.gif (900 bytes)',
    ])
  })

  it('keeps what bots write in the fields of attachments and in blocks', async () => {
    const bot = { type: 'message', subtype: 'bot_message', bot_id: 'B1', text: '' }
    const fields = [
      { title: 'State', value: 'done', short: true },
      { title: '', value: '*all*' },
    ]
    const section = (type: string, ...elements: object[]) => ({ type, elements })
    const blocks = [
      { type: 'header', text: { type: 'plain_text', text: 'Report' } },
      {
        type: 'section',
        fields: [
          { type: 'mrkdwn', text: 'left' },
          { type: 'mrkdwn', text: 'right' },
        ],
      },
      section(
        'rich_text',
        section(
          'rich_text_section',
          { type: 'text', text: 'see ' },
          { type: 'link', url: 'https://example.org/' },
          { type: 'emoji', name: 'tada' },
        ),
        section('rich_text_list', section('rich_text_section', { type: 'text', text: 'one' }), 7 as never),
      ),
      { type: 'divider' },
      null,
    ]
    const { messagesOf } = await convert(
      changed({
        'general/2020-09-15.json': JSON.stringify([
          { ...bot, ts: '1700000000.000000', attachments: [{ title: 'Build', fields }] },
          { ...bot, ts: '1700000001.000000', blocks },
        ]),
      }),
    )
    expect(
      messagesOf('general')
        .slice(-2)
        .map(({ text }) => text),
    ).toEqual(['Build\nState: done\n**all**', 'Report\nleft\nright\nsee https://example.org/🎉\none'])
  })

  it('keeps reactions with their people, also with a skin tone', async () => {
    const { reactionsOf, messagesOf, all } = await convert()
    expect(reactionsOf('general', 1)).toEqual({ '👍': ["Ben O'Neil", "Ben 0'Neil 2"], '👍🏻': ['ops-team'] })
    expect(messagesOf('general')[0]?.mentions).toEqual([{ id: expect.any(Number), name: "Ben O'Neil" }])
    expect(all('user').every((user) => user.protected && user.tokenHash === undefined)).toBe(true)
  })

  it('keeps the deletion of a message that has replies', async () => {
    const { messagesOf } = await convert()
    expect(messagesOf('general')[4]).toMatchObject({ deletedAt: '2020-09-13T12:28:10.000Z' })
  })

  it("has the channel's members and everybody who wrote, in the order of joining", async () => {
    const { all, nameOf, roomOf } = await convert()
    const members = all('member').filter(({ room }) => room === roomOf('general').id)
    expect(members.map(({ ordinal, user, joinedAt }) => [ordinal, nameOf(user), joinedAt])).toEqual([
      [1, 'ops-team', '2020-09-13T12:27:10.000Z'],
      [2, 'Anna Berg', '2020-09-13T12:27:30.000Z'],
      [3, "Ben O'Neil", '2020-09-13T12:27:40.000Z'],
      [4, 'CI', '2020-09-13T12:28:00.000Z'],
      [5, 'Slackbot', '2020-09-13T12:28:10.000Z'],
      [6, 'Zoë', '2020-09-14T12:27:10.000Z'],
    ])
  })

  it('takes a picture only if it is a URL, and leaves out people who are nowhere', async () => {
    const { all } = await convert()
    expect(all('user').map(({ name, avatar }) => [name, avatar])).toEqual([
      ['ops-team', undefined],
      ["Ben O'Neil", undefined],
      ['Anna Berg', 'https://avatars.slack-edge.com/2020-01-01/1_2_192.png'],
      ["Ben 0'Neil 2", undefined],
      ['CI', undefined],
      ['Slackbot', undefined],
      ['Zoë', undefined],
    ])
  })

  it('sums up, with a table of the names and a list of what is lost', async () => {
    const { archive } = await convert()
    expect(summarise(archive)).toBe(`rooms      2
people     7
messages   11
replies    3
reactions  3
edited     1
deleted    1
split      0 texts that were longer than a message may be

Names that Parlour has in another form:
        was         is            why
person  ops/team    ops-team      must not hold a slash
person  Ben 0'Neil  Ben 0'Neil 2  looks like "Ben O'Neil"

What could not be taken:
  attachments: 3, 124 KB
      plan*.pdf (123 KB)
      a deleted file
      cat.gif (900 bytes)
  custom emoji as reactions: 1
      :our-logo:
  custom emoji in texts, which stay as words: 1
      :our-logo:
  private channels and conversations: 2
      groups.json
      dms.json
  messages of the system, such as joins: 1
      channel_join
  messages without a text: 1
  replies to messages that are not in the export: 1
  reactions without the names of those who gave them: 1`)
  })

  it('may have a channel without messages, and comments on files from before 2018', async () => {
    const channels = '[{"id":"C1","name":"empty"},{"id":"C2","name":"old-stuff"}]'
    const comment =
      '[{"subtype":"file_comment","text":"nice","comment":{"user":"U01ANNA"},"ts":"1500000010.000001"}]'
    const { all, messagesOf } = await convert(
      changed({ 'channels.json': channels, 'old-stuff/2017-07-14.json': comment }),
    )
    expect(all('room').map(({ name }) => name)).toEqual(['empty', 'old-stuff'])
    expect(messagesOf('old-stuff')).toMatchObject([{ by: 'Anna Berg', text: 'nice' }])
  })

  it('may be packed again, with all in one folder', async () => {
    const { all } = await convert(files.map(([name, content]) => [`My export/${name}`, content]))
    expect(all('message')).toHaveLength(11)
  })

  it('may be that of an organisation, or name nobody', async () => {
    const others = files.filter(([name]) => name !== 'users.json')
    const people = files.find(([name]) => name === 'users.json')?.[1] ?? ''
    expect((await convert([...others, ['org_users.json', people]])).all('user')[0]?.name).toBe('ops-team')
    expect((await convert(others)).all('user').map(({ name }) => name)).toContain('U02BEN')
  })
})

describe('a zip that is no such export', () => {
  it.each([
    [
      'has no channels',
      files.filter(([name]) => name !== 'channels.json'),
      /export\.zip has no channels\.json, so it is not the export of a Slack/,
    ],
    [
      'has a file that was cut off',
      changed({ 'general/2020-09-14.json': '[{"type":"message","te' }),
      /export\.zip: general\/2020-09-14\.json is not valid JSON, or it was cut off: .*position 22/,
    ],
    [
      'has a channel without a name',
      changed({ 'channels.json': '[{"id":"C1"}]' }),
      /export\.zip: channels\.json: \[0\]\.name: /,
    ],
    [
      'has a message with a bad time',
      changed({ 'general/2020-09-14.json': '[{"ts":"1600086400.1"},{"ts":"soon"}]' }),
      /2020-09-14\.json: \[1\]\.ts: must be a time such as/,
    ],
    [
      'leads out of its folder',
      changed({ '../../evil.json': '[]' }),
      /can't be read as a zip file.*relative path/,
    ],
    [
      'unpacks to far more than its size',
      changed({ 'general/2020-09-15.json': ' '.repeat(30_000_000) }),
      /unpacks to 30\d+ bytes, more than 200 times its size/,
    ],
  ])('%s', async (_, entries, error) => {
    await expect(convert(entries)).rejects.toThrow(error)
  })

  it('is another file, is cut off, or is missing', async () => {
    const run = (path: string) => converted((archive) => convertSlack([path], archive))
    await expect(run(fileWith('a.zip', 'not a zip'))).rejects.toThrow(/a\.zip can't be read as a zip file/)
    await expect(run(fileWith('a.zip', zipOf(files).subarray(0, 900)))).rejects.toThrow(
      /can't be read as a zip file/,
    )
    await expect(run('nowhere.zip')).rejects.toThrow(/nowhere\.zip can't be read.*ENOENT/)
  })
})
