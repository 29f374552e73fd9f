import { emoji as emojiSchema } from '../../src/contract/emoji.ts'
import { avatarUrl } from '../../src/contract/fields.ts'
import { isBlank } from '../../src/contract/invisible.ts'
import { MAX_PINS, MAX_REACTIONS } from '../../src/contract/limits.ts'
import { createLosses } from './losses.ts'
import { createNames, type Renamed } from './names.ts'
import { splitText, storable } from './text.ts'

/** A person of the source. The first name of which something is left becomes the user's. */
export type Profile = { names: [string, ...string[]]; avatar?: string | undefined }

/** A message of the source. Keys are those of the source. Times are milliseconds. */
export type SourceMessage = {
  key?: string
  author: string
  /** Null if it is deleted. */
  text: string | null
  at: number
  editedAt?: number | undefined
  replyTo?: string | undefined
  reactions?: readonly { emoji: string; people: readonly string[] }[]
}

export type User = { id: number; name: string; avatar?: string; createdAt: number }
export type Message = {
  seq: number
  author: User
  text: string | null
  at: number
  editedAt?: number
  replyTo?: number
  reactions?: Map<string, User[]>
}
type RoomDetails = { title?: string; topic?: string; archived?: boolean; createdAt?: number | undefined }

/** A room with its messages in order. */
export class Room {
  readonly details: RoomDetails
  readonly name: string
  readonly messages: Message[] = []
  /** The members, with the time when each joined. */
  readonly members = new Map<User, number>()
  readonly #archive: Archive
  readonly #seqs = new Map<string, number>()
  readonly #pinned = new Set<string>()

  constructor(archive: Archive, name: string, details: RoomDetails) {
    this.#archive = archive
    this.name = name
    this.details = details
  }

  join(user: User, at: number): void {
    this.members.set(user, Math.min(at, this.members.get(user) ?? at))
  }

  has(key: string): boolean {
    return this.#seqs.has(key)
  }

  /** Adds a message after those that are there. A long one becomes several, and one without anything to see is only counted. */
  add({ key, author, text, at, editedAt, replyTo, reactions = [] }: SourceMessage): void {
    const { losses } = this.#archive
    const pieces =
      text === null ? [null] : splitText(storable(text)).filter((piece) => !isBlank(piece) && piece)
    if (pieces.length === 0) {
      losses.add('empty')
      return
    }
    if (pieces.length > 1) this.#archive.split++
    const original = replyTo === undefined ? undefined : this.#seqs.get(replyTo)
    if (replyTo !== undefined && original === undefined) losses.add('reply')
    const user = this.#archive.use(author, at)
    this.join(user, at)
    if (key !== undefined) this.#seqs.set(key, this.messages.length + 1)
    const given = this.#reactions(reactions, at)
    for (const [index, piece] of pieces.entries())
      this.messages.push({
        seq: this.messages.length + 1,
        author: user,
        text: piece,
        at,
        ...(editedAt !== undefined && piece !== null && { editedAt }),
        ...(original !== undefined && { replyTo: original }),
        ...(index === 0 && given.size > 0 && { reactions: given }),
      })
  }

  #reactions(reactions: NonNullable<SourceMessage['reactions']>, at: number): Map<string, User[]> {
    const { losses } = this.#archive
    const given = new Map<string, User[]>()
    for (const { emoji, people } of reactions) {
      const { data } = emojiSchema.safeParse(emoji)
      if (people.length === 0) continue
      if (data === undefined) losses.add('emoji', emoji, people.length)
      else if (!given.has(data) && given.size === MAX_REACTIONS) losses.add('manyReactions', emoji)
      else {
        const users = people.map((key) => this.#archive.use(key, at))
        given.set(data, [...new Set([...(given.get(data) ?? []), ...users])])
      }
    }
    return given
  }

  pin(key: string): void {
    this.#pinned.add(key)
  }

  /** Returns the numbers of the pinned messages, and counts those that are too many. */
  pinnedSeqs(): number[] {
    const seqs = [...this.#pinned].flatMap((key) => this.#seqs.get(key) ?? [])
    const kept = seqs.filter((seq) => this.messages[seq - 1]?.text !== null)
    this.#archive.losses.add('pin', '', kept.length - MAX_PINS)
    return kept.slice(-MAX_PINS)
  }
}

/** The rooms and people of a conversion. A person becomes a user when first used, with the name that is free then. */
export class Archive {
  readonly users: User[] = []
  readonly rooms: Room[] = []
  readonly renamed: Renamed[] = []
  readonly losses = createLosses()
  /** The number of messages that were split, because they were too long. */
  split = 0
  readonly #profiles = new Map<string, Profile>()
  readonly #users = new Map<string, User>()
  readonly #rooms = new Map<string, Room>()
  readonly #userName = createNames('person', this.renamed)
  readonly #roomName = createNames('room', this.renamed)

  /** Tells of a person. The first profile under a key stays. */
  know(key: string, profile: Profile): void {
    if (!this.#profiles.has(key)) this.#profiles.set(key, profile)
  }

  knows(key: string): boolean {
    return this.#profiles.has(key)
  }

  /** Returns the user of a person who was there at a time. */
  use(key: string, at: number): User {
    const user = this.#users.get(key)
    if (user) {
      user.createdAt = Math.min(user.createdAt, at)
      return user
    }
    const { names, avatar } = this.#profiles.get(key) ?? { names: [key] }
    const { data: picture } = avatarUrl.safeParse(avatar)
    const made = {
      id: this.users.length + 1,
      name: this.#userName(...names),
      ...(picture !== undefined && { avatar: picture }),
      createdAt: at,
    }
    this.users.push(made)
    this.#users.set(key, made)
    return made
  }

  /** Returns the room of a channel or page. The first one under a key gets the first of the names of which something is left. */
  room(key: string, names: [string, ...string[]], details: RoomDetails = {}): Room {
    const known = this.#rooms.get(key)
    if (known) return known
    const room = new Room(this, this.#roomName(...names), details)
    this.#rooms.set(key, room)
    this.rooms.push(room)
    return room
  }
}
