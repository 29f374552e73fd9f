import { Stop } from '../command.ts'
import type { Api, Named } from './api.ts'
import { nickKey, type People, type Person } from './people.ts'

/** Gives the user who is called so, in whatever case, and who is nobody in this replay yet. */
export type Directory = (name: string) => Promise<Person | undefined>

/**
 * The server's own list of users, for names that it says are taken: was it an earlier replay that took this one, or
 * does it only look like another? Read when first asked for; then only what has been added since.
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
      // The last page is read again next time: what comes later is on it, or follows it.
      if (next === null) return find()
      path = next
    }
  }
}

/** A name that any server should take, for a nick that this one refuses. */
const plain = (nick: string): string => nick.replace(/[^\p{L}\p{N}_-]/gu, '_').slice(0, 50) || 'somebody'

/**
 * Finds a name for the nick: itself or, when that looks like somebody else's, what people do on IRC, `<nick>_2` and
 * so on. `ask` asks the server for a name. Gives the user, and whether it was the server's already (`known`).
 */
export const settle = async (
  nick: string,
  ask: (name: string) => Promise<Named>,
  directory: Directory,
): Promise<{ user: Person; known: boolean }> => {
  let base = nick
  for (let number = 1; number < 100; number++) {
    const name = number === 1 ? base : `${base}_${number}`
    const answer = await ask(name)
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
  throw new Stop(`The server takes no name for ${JSON.stringify(nick)}.`)
}
