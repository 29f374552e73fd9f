import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { convertIrc } from '../../scripts/convert/irc.ts'
import { converted, fileWith } from '../support/node/converted.ts'

const fixtures = ['2007-07-03', '2009-03-25'].map((day) => `test/fixtures/ubuntu-irc/${day}.excerpt.raw.txt`)

/** Writes logs into one folder, and converts them. */
const convert = (logs: Record<string, string | Buffer>, room?: string) => {
  const folder = dirname(fileWith('none', ''))
  const paths = Object.entries(logs).map(([name, content]) => {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    return path
  })
  return converted((archive) =>
    convertIrc(
      paths.filter((path) => !path.includes('annotation')),
      archive,
      room,
    ),
  )
}

const timesOf = async (content: string) => {
  const { all } = await convert({ '2006-05-04.txt': content })
  return all('message').map(({ createdAt }) => createdAt.slice(0, 16))
}

describe('IRC logs', () => {
  it('become the messages that a replay sends', async () => {
    const { all, archive } = await converted((made) => convertIrc(fixtures, made, undefined))
    expect(all('room').map(({ name }) => name)).toEqual(['ubuntu'])
    expect(all('message')).toHaveLength(77)
    expect(all('message')[0]?.createdAt).toMatch(/^2007-07-03T/)
    expect(archive.losses.count('system')).toBeGreaterThan(10)
  })

  it('keep the replies of their annotations, each to the last message that it answers', async () => {
    const { messagesOf } = await convert({
      '2008-01-02.raw.txt':
        '[10:00] <joe> a\n[10:00] <ann> b\n=== ann is now known as anna\n[10:02] <joe> c\n[10:03] <joe>\n[10:04] <joe> d\n',
      '2008-01-02.annotation.txt': '0 0 - \n0 1 - \n0 3 - \n1 3 - \n2 5 - \n',
    })
    expect(messagesOf('irc').map(({ by, text, replyTo }) => [by, text, replyTo])).toEqual([
      ['joe', 'a', undefined],
      ['anna', 'b', 1],
      ['joe', 'c', 2],
      ['joe', 'd', undefined],
    ])
  })

  it('have a room for each channel, from the name of the file or from its lines', async () => {
    const { messagesOf, all } = await convert({
      '2005/07/07/#Kubuntu-devel.txt': '[10:00] <ann> three\n',
      '2005/07/06/#kubuntu-devel.txt': '[10:00] <joe> one\n',
      '2005-07-06.raw.txt': '=== joe [n=joe@example.org]  has joined #ubuntu\n[10:00] <joe> two\n',
      'logs/#ubuntu_20050708.log': '[10:00] <joe> four\n',
    })
    expect(all('room')).toHaveLength(2)
    expect(messagesOf('kubuntu-devel').map(({ text, createdAt }) => [text, createdAt])).toEqual([
      ['one', '2005-07-06T10:00:00.000Z'],
      ['three', '2005-07-07T10:00:00.000Z'],
    ])
    expect(messagesOf('ubuntu').map(({ text }) => text)).toEqual(['two', 'four'])
  })

  it('may have lines that are not UTF-8, which are counted', async () => {
    const latin = Buffer.from('[10:00] <anna> caf\u00e9 \u00a3\n', 'latin1')
    const utf8 = Buffer.from('[10:01] <anna> caf\u00e9 \u201c\n')
    const { all, archive } = await convert({ '2006-05-04-#a.txt': Buffer.concat([latin, utf8, latin]) })
    expect(all('message').map(({ text }) => text)).toEqual([
      'caf\u00e9 \u00a3',
      'caf\u00e9 \u201c',
      'caf\u00e9 \u00a3',
    ])
    expect(archive.losses.count('encoding')).toBe(2)
  })

  it('may all go into one room', async () => {
    const { all } = await convert(
      { '#a-2020-01-01.txt': '[10:00] <a> x', '#b-2020-01-01.txt': '[10:00] <b> y' },
      'History',
    )
    expect(all('room').map(({ name }) => name)).toEqual(['History'])
  })

  it('read a clock of twelve hours, and one that goes on after midnight', async () => {
    expect(await timesOf('[12:30] <a> x\n[05:00] <a> x\n[12:10] <a> x\n[11:59] <a> x\n')).toEqual([
      '2006-05-04T00:30',
      '2006-05-04T05:00',
      '2006-05-04T12:10',
      '2006-05-04T23:59',
    ])
    expect(await timesOf('[23:59] <a> x\n[00:01] <a> x\n')).toEqual(['2006-05-04T23:59', '2006-05-05T00:01'])
  })

  it('keep the order where the clock was put back', async () => {
    expect(await timesOf('[14:59] <a> x\n[14:00] <a> x\n[14:05] <a> x\n')).toEqual([
      '2006-05-04T14:59',
      '2006-05-04T14:00',
      '2006-05-04T14:05',
    ])
  })

  it('show a person under the last nick, and tell look-alikes apart', async () => {
    const { all, archive } = await convert({
      '2020-01-01.txt':
        '[10:00] <joe> x\n=== joe is now known as joe|away\n[10:01] <Joe|away> x\n[10:02] <j0e|away> x\n[10:03] <[x]^> x\n',
    })
    expect(all('user').map(({ name }) => name)).toEqual(['joe|away', 'j0e|away 2', '[x]^'])
    expect(archive.renamed).toEqual([
      { kind: 'person', from: 'j0e|away', to: 'j0e|away 2', why: 'looks like "joe|away"' },
    ])
  })

  it.each([
    [{ 'ubuntu.txt': '[10:00] <a> x' }, /There is no day in the name of .*ubuntu\.txt/],
    [{ '2020-01-01.txt': 'hello' }, /2020-01-01\.txt has no message in the format of irclogs\.ubuntu\.com/],
    [{ '2020-13-01.txt': '[10:00] <a> x' }, /no day in the name/],
  ])('are refused without a day or a message: %j', async (logs, error) => {
    await expect(convert(logs)).rejects.toThrow(error)
  })
})
