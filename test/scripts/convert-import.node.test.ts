import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DataLine, dataLine } from '../../src/contract/data-lines.ts'
import { filesIn } from '../support/node/converted.ts'
import { ask } from '../support/node/poster.ts'
import { localServer } from '../support/node/server.ts'
import { zipOf } from '../support/node/zip.ts'

const ADMIN_TOKEN = 'admin-token-only-for-these-tests'
const server = await localServer({ ADMIN_TOKEN })
beforeAll(server.start)
afterAll(server.remove)

const run = async (script: string, ...args: string[]): Promise<string> => {
  const child = spawn(process.execPath, [`scripts/${script}.ts`, ...args])
  const code = new Promise((done) => child.on('close', done))
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  if ((await code) !== 0) throw new Error(`${script} failed: ${stderr}${stdout}`)
  return stdout
}

type Message = {
  userName: string | null
  reactions: { reaction: string; count: number }[]
  [field: string]: unknown
}

/** Returns all messages of a room as the API shows them. */
const messagesOf = async (name: string): Promise<Message[]> => {
  const messages: Message[] = []
  let url: string | null = `${server.url}/chatroom/${encodeURIComponent(name)}/message?after=0&limit=100`
  while (url !== null) {
    const page: { body: { messages: Message[]; next: string | null } } = await ask(url, 'GET')
    messages.push(...page.body.messages)
    url = page.body.next
  }
  return messages
}

/** Returns a room's messages as the lines of its conversion say that the API shows them. */
const expectedOf = (room: number, lines: DataLine[]): object[] => {
  const names = new Map(lines.flatMap((line) => (line.type === 'user' ? [[line.id, line.name]] : [])))
  return lines.flatMap((line) => {
    if (line.type !== 'message' || line.room !== room) return []
    const reactions = lines.flatMap((each) =>
      each.type === 'reaction' && each.room === room && each.message === line.seq
        ? [expect.objectContaining({ reaction: each.reaction, count: each.users.length })]
        : [],
    )
    return [
      expect.objectContaining({
        seq: line.seq,
        userName: names.get(line.author),
        message: line.text ?? null,
        createdAt: line.createdAt,
        ...(line.editedAt && { editedAt: line.editedAt }),
        ...(line.deletedAt && { deletedAt: line.deletedAt }),
        replyTo: line.replyTo ?? null,
        mentions: (line.mentions ?? []).map(({ name }) => name),
        reactions,
      }),
    ]
  })
}

describe('what is converted and imported', () => {
  const zip = join(server.folder, 'slack.zip')
  writeFileSync(zip, zipOf(filesIn('test/fixtures/convert/slack')))

  it.each([
    ['slack', zip],
    ['discord', 'test/fixtures/convert/discord.json'],
    ['disqus', 'test/fixtures/convert/disqus.xml'],
    ['irc', 'test/fixtures/ubuntu-irc/2007-07-03.excerpt.raw.txt'],
  ])('from %s can be read by the API', async (format, path) => {
    const file = join(server.folder, `${format}.ndjson`)
    await run('convert', format, path, '--output', file)
    await run('import', file, '--url', server.url, '--token', ADMIN_TOKEN)

    const content = await run('convert', format, path)
    const lines = content
      .trimEnd()
      .split('\n')
      .map((line) => dataLine.parse(JSON.parse(line)))
    const rooms = lines.filter((line) => line.type === 'room')
    expect(rooms.length).toBeGreaterThan(0)
    for (const { id, name, title = null, topic = null, archived = false, pinned = [], createdAt } of rooms) {
      const { body } = await ask(`${server.url}/chatroom/${encodeURIComponent(name)}`, 'GET')
      const memberCount = lines.filter((line) => line.type === 'member' && line.room === id).length
      expect(body).toMatchObject({
        name,
        title,
        topic,
        archived,
        createdAt,
        memberCount,
        pinned: pinned.toReversed(),
      })
      expect(await messagesOf(name)).toEqual(expectedOf(id, lines))
    }

    const [user] = lines.filter((line) => line.type === 'user')
    const sent = { userName: user?.name, message: 'I am somebody else' }
    const [room] = rooms.filter(({ archived }) => !archived)
    expect(await ask(`${server.url}/chatroom/${room?.name}/message`, 'POST', sent)).toMatchObject({
      status: 401,
    })
  })
})
