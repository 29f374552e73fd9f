import { Stop } from '../command.ts'
import type { Api, Named } from './api.ts'
import { nickKey, type People, type Person } from './people.ts'

/** Finds the user with a name in any case, unless a person of this replay already has that user. */
export type Directory = (name: string) => Promise<Person | undefined>

/**
 * Looks up taken names in the server's list of users, to tell a user of an earlier replay from a look-alike name. The
 * list is read on first use, and then only its new users.
 */
export const createDirectory = (api: Api, people: People): Directory => {
  const known = new Map<string, Person>()
  let path: string | undefined
  return async (name) => {
    const find = () => {
      const found = known.get(nickKey(name))
      return found && !people.has(found.id) ? found : undefined
    }
    const found = find()
    if (found) return found
    for (;;) {
      const { users, next } = await api.users(path)
      for (const { id, name } of users) known.set(nickKey(name), { id, name })
      // Reads the last page again next time: new users are on it or after it.
      if (next === null) return find()
      path = next
    }
  }
}

/** Returns a plain name for a nick that the server refuses. */
const plain = (nick: string): string => nick.replace(/[^\p{L}\p{N}_-]/gu, '_').slice(0, 50) || 'somebody'

/**
 * Finds a name for a nick: the nick itself, or `<nick>_2` and so on if it is taken or looks like another name.
 * `request` requests a name from the server. `known` is true if the server had the user already.
 */
export const settle = async (
  nick: string,
  request: (name: string) => Promise<Named>,
  directory: Directory,
): Promise<{ user: Person; known: boolean }> => {
  let base = nick
  for (let number = 1; number < 100; number++) {
    const name = number === 1 ? base : `${base}_${number}`
    const answer = await request(name)
    if (answer.outcome === 'named') return { user: answer.user, known: false }
    if (answer.outcome === 'invalid') {
      if (base === plain(nick)) break
      base = plain(nick)
      number = 0
      continue
    }
    const user = await directory(name)
    if (user) return { user, known: true }
  }
  throw new Stop(`The server refused all names for the nick ${JSON.stringify(nick)}.`)
}
