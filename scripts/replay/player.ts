import { createHash } from 'node:crypto'
import { Stop } from '../command.ts'
import type { Api } from './api.ts'
import type { Entry, Journal } from './journal.ts'
import type { LogEvent } from './logs.ts'
import { createDirectory, settle } from './names.ts'
import { nickChange, People, type Person } from './people.ts'

/** Returns the idempotency key of an event: its place in the logs, or a digest if that is not valid in a header. */
export const keyOf = (at: string): string =>
  /^[!-~]{1,64}$/.test(at) ? at : createHash('sha256').update(at).digest('base64url')

const journalLost =
  'is already in the room, so an earlier replay sent it, but its journal is missing. Choose another room with --room.'

/**
 * Repeats the events of the logs on the server. Every step is idempotent, because a continued replay repeats the last
 * one. The result of an event is in the journal when `play` returns.
 */
export const createPlayer = (api: Api, room: string, journal: Journal) => {
  const people = new People()
  const directory = createDirectory(api, people)
  const last = journal.entries.findLast((entry) => entry.type === 'sent')
  let lastSeq = last?.seq ?? 0
  let isFirst = true

  /** The numbers of the messages that were sent, by their places in the logs. */
  const seqs = new Map<string, number>()
  const follow = (entry: Entry) => {
    people.follow(entry)
    if (entry.type === 'sent') seqs.set(entry.at, entry.seq)
  }
  for (const entry of journal.entries) follow(entry)

  const record = (entry: Entry) => {
    journal.append(entry)
    follow(entry)
  }

  /** Returns the user of a nick. Creates it, or finds the one that an earlier replay created. */
  const userOf = async (nick: string): Promise<Person> => {
    const person = people.find(nick)
    if (person) return person
    const { user } = await settle(nick, api.createUser, directory)
    record({ type: 'user', nick, ...user })
    return user
  }

  const join = async (nick: string) => api.join(room, (await userOf(nick)).name)

  const move = async (from: Person, to: string) => {
    await api.leave(room, from.name)
    await join(to)
  }

  const changeNick = async (at: string, from: string, to: string): Promise<Entry> => {
    const change = nickChange(people, from, to)
    if (from === to) return { type: 'skipped', at, reason: 'same nick' }
    const person = people.find(from)
    if (!person) {
      await join(to)
      return { type: 'joined', at, nick: to }
    }
    if (change === 'rename') {
      const { user, known } = await settle(to, (name) => api.renameUser(person.id, name), directory)
      if (!known) return { type: 'renamed', at, from, to, name: user.name }
      record({ type: 'user', nick: to, ...user })
    }
    await move(person, to)
    return { type: 'moved', at, from, to }
  }

  /** Sends a message. It is a reply if the message that it answers was sent. */
  const send = async (
    at: string,
    nick: string,
    text: string,
    original: string | undefined,
  ): Promise<Entry> => {
    if (text === '') return { type: 'skipped', at, reason: 'empty message' }
    const { id, name } = await userOf(nick)
    const replyTo = original === undefined ? undefined : seqs.get(original)
    const isReply = replyTo !== undefined && { replyTo }
    const answer = await api.send(room, { userName: name, message: text, ...isReply, key: keyOf(at) })
    if (answer.outcome === 'refused') return { type: 'refused', at, reason: answer.reason }
    // Only the first message of a run can be stored already: the run before was killed before it had the answer.
    if (answer.seq <= lastSeq || (answer.wasStored && !isFirst)) throw new Stop(`${at} ${journalLost}`)
    lastSeq = answer.seq
    return { type: 'sent', at, seq: answer.seq, by: id, ...isReply }
  }

  const done = async (event: LogEvent): Promise<Entry> => {
    const { at } = event
    switch (event.type) {
      case 'message':
        return send(at, event.nick, event.text, event.replyTo)
      case 'nick':
        return changeNick(at, event.from, event.to)
      case 'join':
        await join(event.nick)
        return { type: 'joined', at, nick: event.nick }
      case 'leave': {
        const person = people.find(event.nick)
        if (!person) return { type: 'skipped', at, reason: 'left unseen' }
        await api.leave(room, person.name)
        return { type: 'left', at, nick: event.nick }
      }
    }
  }

  const play = async (event: LogEvent): Promise<void> => {
    record(await done(event))
    isFirst = false
  }

  return { people, play }
}
