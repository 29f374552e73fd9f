import { createHash } from 'node:crypto'
import { Stop } from '../command.ts'
import type { Api } from './api.ts'
import type { Entry, Journal } from './journal.ts'
import type { LogEvent } from './logs.ts'
import { createDirectory, settle } from './names.ts'
import { nickChange, People, type Person } from './people.ts'

/** The event's idempotency key: its place in the logs, or a digest where the file's name is no good for a header. */
export const keyOf = (at: string): string =>
  /^[!-~]{1,64}$/.test(at) ? at : createHash('sha256').update(at).digest('base64url')

const journalLost =
  'is in the room already: an earlier replay has sent it, and its journal is gone. Choose another room with --room.'

/**
 * Does on the server what people did on IRC. Every step may be taken twice: an interrupted replay takes the last
 * one again. What an event came to is in the journal once `play` has returned.
 */
export const createPlayer = (api: Api, room: string, journal: Journal) => {
  const people = new People()
  for (const entry of journal.entries) people.follow(entry)
  const directory = createDirectory(api, people)
  const last = journal.entries.findLast((entry) => entry.type === 'said')
  let lastSeq = last?.seq ?? 0
  let isFirst = true

  const record = (entry: Entry) => {
    journal.append(entry)
    people.follow(entry)
  }

  /** The nick's user; made when it is new, found when an earlier replay has made it. */
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
    if (from === to) return { type: 'skipped', at, why: 'same nick' }
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

  const say = async (at: string, nick: string, text: string): Promise<Entry> => {
    if (text === '') return { type: 'skipped', at, why: 'empty message' }
    const { id, name } = await userOf(nick)
    const answer = await api.say(room, { userName: name, message: text, key: keyOf(at) })
    if (answer.outcome === 'refused') return { type: 'refused', at, why: answer.why }
    // Only the first one of a run can have been sent before: by a run that was killed before it had the answer.
    if (answer.seq <= lastSeq || (answer.wasStored && !isFirst)) throw new Stop(`${at} ${journalLost}`)
    lastSeq = answer.seq
    return { type: 'said', at, seq: answer.seq, by: id }
  }

  const done = async (event: LogEvent): Promise<Entry> => {
    const { at } = event
    switch (event.type) {
      case 'message':
        return say(at, event.nick, event.text)
      case 'nick':
        return changeNick(at, event.from, event.to)
      case 'join':
        await join(event.nick)
        return { type: 'joined', at, nick: event.nick }
      case 'leave': {
        const person = people.find(event.nick)
        if (!person) return { type: 'skipped', at, why: 'left unseen' }
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
