import type { Actor, Network } from '../auth/actor'
import { isModerating } from '../auth/permissions'
import type { Database } from '../db/client'
import { toName } from '../lib/name'
import { type Access, checkAccess, closeReasonOf } from './access'
import type { Attachment } from './attachment'
import type { Connections } from './connections'
import { type Delivery, MAX_ENTRIES } from './delivery'
import type { ListenRequest } from './listen-request'
import { type AuthorizedListener, authorizeActor, authorizeListener } from './store'

/** The time for which the last answer of D1 lets anonymous listeners connect. */
const ANONYMOUS_MILLISECONDS = 25_000

/** The sender for whom written rows are counted. */
export type Caller = { actor: Actor; addressKey?: string | undefined }
export type RunInDatabase = <Result>(
  caller: Caller,
  work: (db: Database) => Promise<Result>,
) => Promise<Result>

/** Decides who may listen to a room, and who may no longer. D1 says so; the hub remembers only what D1 said a moment ago. */
export class AccessControl {
  readonly #connections: Connections
  readonly #delivery: Delivery
  readonly #run: RunInDatabase
  readonly #networkOf: (addressKey: string | undefined) => Network | undefined
  /** Set when D1 last confirmed that anonymous readers are allowed. Valid until `until`. */
  #anonymous: { authorized: AuthorizedListener; until: number } | undefined
  /** The connections whose user may post, as D1 last said. */
  #posters = new WeakSet<WebSocket>()
  /** The version of what no entry tells of, as D1 last said. */
  #version: string | undefined
  /** Grows when anybody's access may have changed. A listener that is being authorised meanwhile is authorised again. */
  #changes = 0

  constructor(
    connections: Connections,
    delivery: Delivery,
    run: RunInDatabase,
    networkOf: (addressKey: string | undefined) => Network | undefined,
  ) {
    this.#networkOf = networkOf
    this.#connections = connections
    this.#delivery = delivery
    this.#run = run
  }

  /** Takes notice that access may have changed: D1 is asked again. */
  change(): void {
    this.#changes++
    this.#anonymous = undefined
    this.#posters = new WeakSet()
  }

  /** Returns whether a room is the newest of its name. Listeners of an older one are disconnected. */
  enter(roomId: number): boolean {
    const { roomId: before } = this.#delivery
    if (before !== undefined && before < roomId) this.change()
    return this.#delivery.enter(roomId)
  }

  /** Authorises a new listener, and calls `prepare` before it is let in. Throws the problem that keeps it out. */
  async authorize(request: ListenRequest, prepare: () => Promise<void>): Promise<AuthorizedListener> {
    const { actor, after } = request
    const isAnonymous = actor.credential.kind === 'none' && actor.user === undefined
    for (;;) {
      const changes = this.#changes
      const known = isAnonymous ? this.#lastAnswer(after) : undefined
      const authorized = known ?? (await this.#ask(request))
      await prepare()
      if (changes !== this.#changes) continue
      if (isAnonymous && !known) {
        const until = Date.now() + ANONYMOUS_MILLISECONDS
        this.#anonymous = { authorized: { ...authorized, entries: [] }, until }
      }
      return authorized
    }
  }

  /**
   * Returns D1's last answer about anonymous listeners, if it is still valid and no entry is needed that isn't kept. The log may be
   * longer by now. Entries that the hub doesn't know of yet come later: their numbers are larger than that of the greeting.
   */
  #lastAnswer(after: number | undefined): AuthorizedListener | undefined {
    if (after !== undefined && !this.#delivery.keeps(after)) return undefined
    return this.#anonymous && Date.now() < this.#anonymous.until ? this.#anonymous.authorized : undefined
  }

  async #ask(request: ListenRequest): Promise<AuthorizedListener> {
    const { room, actor, after, addressKey } = request
    const network = this.#networkOf(addressKey)
    const wanted = after === undefined || this.#delivery.keeps(after) ? undefined : after
    const asked = { room, actor, network, now: Date.now(), after: wanted, limit: MAX_ENTRIES }
    const found = await this.#run(request, (db) => authorizeListener(db, asked))
    // If a newer room of the name has begun meanwhile, D1 is asked again.
    if (this.enter(found.roomId)) await this.#delivery.readUpTo(found.last)
    return found
  }

  /** Authorises a listener to post. Throws the problem that keeps it from that. */
  async authorizePost(socket: WebSocket, listener: Attachment): Promise<void> {
    const posters = this.#posters
    if (posters.has(socket)) return
    const { chatroom, actor, addressKey } = listener
    const network = this.#networkOf(addressKey)
    const request = { room: toName(chatroom), actor, network, now: Date.now() }
    await this.#run(listener, (db) => authorizeActor(db, request, 'post'))
    posters.add(socket)
  }

  /** Disconnects those of the listeners that may not read any more. Returns the number of the log's last entry, if there are any. */
  async check(which: (listener: Attachment) => boolean): Promise<number | undefined> {
    this.change()
    for (;;) {
      const changes = this.#changes
      const chosen = this.#connections.all.filter(([, listener]) => which(listener))
      const [first] = chosen
      if (!first) return undefined
      const { roomId, chatroom } = first[1]
      const askedOf = ({ actor, addressKey }: Attachment) => ({
        ...actor,
        network: this.#networkOf(addressKey),
      })
      const keyOf = (listener: Attachment) => JSON.stringify(askedOf(listener))
      const actors = new Map(chosen.map(([, listener]) => [keyOf(listener), askedOf(listener)]))
      const asked = { room: toName(chatroom), roomId, actors }
      const { last, version, access } = await this.#run(first[1], (db) => checkAccess(db, asked))
      // The answer may be older than the change, whose own answer may have come before.
      if (changes !== this.#changes) continue
      // Names have changed, or the start of the log was removed.
      if (version !== this.#version) this.#delivery.forgetKept()
      this.#version = version
      this.#apply(chosen.map((each) => [...each, access.get(keyOf(each[1]))]))
      return last
    }
  }

  /** Remembers what D1 said about listeners, and disconnects those that may not read any more. */
  #apply(answers: [socket: WebSocket, listener: Attachment, access: Access | undefined][]): void {
    const ends = new Map(
      answers.map(([socket, listener, access]) => [socket, closeReasonOf(listener, access)]),
    )
    for (const [socket, listener, access] of answers) {
      listener.moderates = isModerating(access?.role ?? 'guest')
      this.#connections.save(socket)
    }
    for (const reason of new Set(ends.values()))
      if (reason) this.#connections.closeWhere(reason, (_, socket) => ends.get(socket) === reason)
  }
}
