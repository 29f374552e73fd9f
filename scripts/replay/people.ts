import type { Entry } from './journal.ts'

/** A user of the server, under the name it has there now. */
export type Person = { id: number; name: string }

/** IRC compares nicks without regard to case: Danny and danny are one person. */
export const nickKey = (nick: string): string => nick.toLowerCase()

/**
 * Who is who: each nick that somebody has now, and its user on the server. A nick and a user belong to one another
 * one to one. It only follows the journal's entries, so a resumed replay knows what the interrupted one knew.
 */
export class People {
  readonly #byNick = new Map<string, Person>()
  readonly #byId = new Map<number, Person>()

  find(nick: string): Person | undefined {
    return this.#byNick.get(nickKey(nick))
  }

  /** The user's current name. History shows all it ever said under this one. */
  nameOf(id: number): string | undefined {
    return this.#byId.get(id)?.name
  }

  /** Whether the user is somebody here already, under whatever nick. */
  has(id: number): boolean {
    return this.#byId.has(id)
  }

  get count(): number {
    return this.#byId.size
  }

  follow(entry: Entry): void {
    if (entry.type === 'user') {
      const person = { id: entry.id, name: entry.name }
      this.#byNick.set(nickKey(entry.nick), person)
      this.#byId.set(entry.id, person)
    } else if (entry.type === 'renamed') {
      const person = this.#byNick.get(nickKey(entry.from))
      if (!person) return
      this.#byNick.delete(nickKey(entry.from))
      this.#byNick.set(nickKey(entry.to), person)
      person.name = entry.name
    }
  }
}

export type NickChange = 'rename' | 'move' | 'arrive'

/**
 * What `=== from is now known as to` does. Nobody is called `to`: the user is renamed. Somebody is: the person
 * goes on as that user, and what was said as `from` stays there. A person who was never seen before arrives.
 */
export const nickChange = (people: People, from: string, to: string): NickChange => {
  const person = people.find(from)
  if (!person) return 'arrive'
  const other = people.find(to)
  return other === undefined || other === person ? 'rename' : 'move'
}
