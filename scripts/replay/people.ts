import type { Entry } from './journal.ts'

/** A user of the server, with its current name. */
export type Person = { id: number; name: string }

/** Returns the key of a nick. IRC ignores case: Danny and danny are one person. */
export const nickKey = (nick: string): string => nick.toLowerCase()

/**
 * Maps each current nick to its user on the server, one to one. It is built from the entries of the journal, so a
 * continued replay has the same state as the interrupted one.
 */
export class People {
  readonly #byNick = new Map<string, Person>()
  readonly #byId = new Map<number, Person>()

  find(nick: string): Person | undefined {
    return this.#byNick.get(nickKey(nick))
  }

  /** Returns the current name of a user. History shows all messages of the user under it. */
  nameOf(id: number): string | undefined {
    return this.#byId.get(id)?.name
  }

  /** Returns true if the user belongs to a nick already. */
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
 * Decides the effect of `=== from is now known as to`. If nobody is called `to`, the user is renamed. Otherwise the person
 * continues as that user, and earlier messages stay with `from`. A person who was not seen before arrives.
 */
export const nickChange = (people: People, from: string, to: string): NickChange => {
  const person = people.find(from)
  if (!person) return 'arrive'
  const other = people.find(to)
  return other === undefined || other === person ? 'rename' : 'move'
}
