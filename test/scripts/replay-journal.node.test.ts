import { appendFileSync, existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createComparison, type Stored, sentBy } from '../../scripts/replay/check.ts'
import { defaultPath, doneEvents, openJournal } from '../../scripts/replay/journal.ts'
import { People } from '../../scripts/replay/people.ts'

describe('the journal of a replay', () => {
  const replay = { url: 'http://localhost:8787', room: 'ubuntu', logs: [] }
  const entry = { type: 'sent', at: 'a:0', seq: 1, by: 1 } as const
  const newPath = () => join(mkdtempSync(join(tmpdir(), 'replay-')), 'new', 'journal.jsonl')

  it('is read up to a line that a kill has cut off', () => {
    const path = newPath()
    openJournal(path, replay).append(entry)
    appendFileSync(path, '{"type":"sent","at":"a:1","s')
    const again = openJournal(path, replay)
    expect(again.entries).toEqual([entry])
    const next = { ...entry, at: 'a:1', seq: 2 }
    again.append(next)
    again.append(next)
    expect(openJournal(path, replay).entries).toEqual([entry, next, next])
  })

  it('creates its file with the first entry, and does not change it when it is only read', () => {
    const path = newPath()
    const journal = openJournal(path, replay)
    expect(existsSync(path)).toBe(false)
    journal.append(entry)
    appendFileSync(path, '{"cut')
    openJournal(path, replay)
    expect(readFileSync(path, 'utf8')).toMatch(/\{"cut$/)
  })

  it('belongs to one replay', () => {
    const path = newPath()
    openJournal(path, replay).append(entry)
    expect(() => openJournal(path, { ...replay, room: 'other' })).toThrow('another replay')
    expect(() => openJournal(`${path}.none`, replay, { mustExist: true })).toThrow(
      'no message has been sent yet',
    )
  })

  it('counts the completed events; an event with only its user created is not complete', () => {
    const events = [{ at: 'a:0' }, { at: 'a:2' }, { at: 'a:3' }]
    expect(doneEvents([], events)).toBe(0)
    expect(
      doneEvents(
        [
          { type: 'joined', at: 'a:2', nick: 'joe' },
          { type: 'user', nick: 'jim', id: 2, name: 'jim' },
        ],
        events,
      ),
    ).toBe(2)
  })

  it('has a default path for each room of each server', () => {
    expect(defaultPath('http://localhost:8787', 'ubuntu')).toBe('.replay/localhost_3A8787-ubuntu.jsonl')
    expect(defaultPath('https://example.org/chat/', 'a/b')).toBe('.replay/example.org_2Fchat-a_2Fb.jsonl')
  })
})

describe('the check after a replay', () => {
  const sent = ['a', 'b', 'c'].map((text, index) => ({
    at: `f:${index}`,
    seq: index + 5,
    author: 'joe',
    replyTo: null,
    text,
  }))
  const compare = (...stored: Stored[]) => {
    const comparison = createComparison(sent)
    for (const message of stored) comparison.add(message)
    return comparison.end()
  }
  const [a, b, c] = sent as [(typeof sent)[0], (typeof sent)[0], (typeof sent)[0]]

  it('finds no difference in a complete room', () => {
    expect(compare(a, b, c)).toEqual([])
  })

  it.each([
    ['a missing message', [a, c], 'seq 6 is missing'],
    ['a missing end', [a, b], 'seq 7 is missing'],
    ['a message that is stored twice', [a, b, c, { ...c, seq: 8 }], 'seq 8 is stored more than once'],
    ['a message that was not sent', [a, b, c, { ...c, seq: 8, text: 'x' }], 'seq 8 is not in the journal'],
    ['another order', [a, c, b], 'seq 6 comes after seq 7'],
    ['another text', [a, { ...b, text: 'b ' }, c], 'seq 6 has another text'],
    ['another author', [a, { ...b, author: null }, c], 'seq 6 has another author'],
    ['a reply that is none', [a, { ...b, replyTo: 5 }, c], 'seq 6 replies to another message'],
  ])('finds %s', (_, stored, difference) => {
    expect(compare(...stored).join('\n')).toContain(difference)
  })

  it('expects the current name of the author', () => {
    const people = new People()
    const entries = [
      { type: 'user', nick: 'chad_', id: 9, name: 'chad_' },
      { type: 'sent', at: 'f:0', seq: 1, by: 9 },
      { type: 'renamed', at: 'f:1', from: 'chad_', to: 'Leppy', name: 'Leppy' },
    ] as const
    for (const entry of entries) people.follow(entry)
    const events = [{ type: 'message', nick: 'chad_', text: 'grr', at: 'f:0' }] as const
    expect(sentBy([...events], [...entries], people)).toEqual([
      { at: 'f:0', seq: 1, author: 'Leppy', replyTo: null, text: 'grr' },
    ])
  })
})
