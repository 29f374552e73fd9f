import { DurableObject } from 'cloudflare:workers'
import type { Actor } from '../auth/actor'
import type { EntryFrame, ServerFrame } from '../contract'
import type { Closing } from '../contract/close-codes'
import { openDatabase } from '../db/client'
import { problemBody } from '../http/problem'
import type { Name } from '../lib/name'
import { openRequestLimits } from '../limits/request-limits'
import type { LimitBindings, RequestLimits } from '../limits/types'
import type { EntryRow } from '../messages/entry-frames'
import { attachmentOf } from './attachment'
import { handleFrame } from './client-frames'
import { Connections } from './connections'
import { Delivery, MAX_ENTRIES } from './delivery'
import type { HubApi } from './hub-api'
import { type AuthorizedListener, authorizeListener } from './store'
import { issueTicket, redeemTicket, sweepTickets } from './ticket'

/** How often a hub with listeners looks after them, and asks D1 for entries that nobody published. */
const CHECK_MILLISECONDS = 25_000
/** A client that pings does so every 15 seconds: one that hasn't in this time is gone. */
const SILENCE_MILLISECONDS = 30_000
/** What is said of typing more often than this is not passed on. */
const TYPING_MILLISECONDS = 1000

type Bindings = LimitBindings & { IDENTITY: 'open' | 'protected' }

/** Who wants in; the names are as they were written. */
export type ListenRequest = {
  actor: Actor
  source: string | undefined
  requestId: string
  room: Name
  ticket: string | undefined
  after: number | undefined
}

/**
 * Fans one room's log out to its listeners. It authors nothing: D1 has the truth, and what is lost on the way here is
 * read from there. It may be put to sleep or die between any two events; what it must know then is on its sockets.
 */
export class Hub extends DurableObject<Bindings> implements HubApi {
  readonly #connections: Connections
  readonly #delivery: Delivery
  /** When each last said that it types. */
  readonly #typed = new WeakMap<WebSocket, number>()
  /** That D1 has let in nobody in particular, and for how long we take its word. */
  #open: { attended: AuthorizedListener; until: number } | undefined
  /** Grows with every expulsion, so that who is being let in meanwhile is looked at again. */
  #expulsions = 0

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env)
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'))
    this.#connections = new Connections(ctx)
    this.#delivery = new Delivery(this.#connections, () => this.#db)
  }

  get #db() {
    return openDatabase(this.env.DB, { bookmark: undefined, reading: false }).db
  }

  #limitsOf({ credential }: Actor, addressKey: string | undefined): RequestLimits {
    return openRequestLimits(this.env, {
      addressKey,
      isAdmin: credential.kind === 'admin',
      credential: async () => credential,
      waitUntil: (work) => this.ctx.waitUntil(work),
    })
  }

  /** Whether this is the newest room of its name that we know of; whoever listens to an older one has to go. */
  #enter(roomId: number): boolean {
    if (this.#delivery.roomId !== undefined && roomId > this.#delivery.roomId) this.close('gone')
    return this.#delivery.enter(roomId)
  }

  /** A ticket for one connection to this room, and until when it can be used. */
  async issue(actor: Actor): Promise<{ ticket: string; until: number }> {
    const issued = await issueTicket(this.ctx.storage, actor)
    await this.#wakeBy(issued.until)
    return issued
  }

  /** Lets a listener in by a WebSocket, or answers with a problem; the `Entrance` is in a header. */
  override async fetch(request: Request): Promise<Response> {
    const entrance: ListenRequest = JSON.parse(decodeURIComponent(request.headers.get('x-entrance') ?? ''))
    try {
      return await this.#admit(entrance)
    } catch (error) {
      const asked = { id: entrance.requestId, method: 'GET', route: '/chatroom/:name/live' }
      const { body, headers } = problemBody(error as Error, asked)
      return new Response(JSON.stringify(body), {
        status: body.status,
        headers: { 'Content-Type': 'application/problem+json', ...headers },
      })
    }
  }

  async #admit({ ticket, room, after, source, ...guest }: ListenRequest): Promise<Response> {
    const actor = ticket === undefined ? guest.actor : await redeemTicket(this.ctx.storage, ticket)
    const expires = actor.credential.kind === 'login' ? actor.credential.expires : null
    const isNobody = actor.credential.kind === 'none' && actor.user === undefined
    let attended: AuthorizedListener | undefined
    while (!attended) {
      const expulsions = this.#expulsions
      const known = isNobody ? this.#stillOpen(after) : undefined
      const found = known ?? (await this.#attend({ room, actor, after, source }))
      // Not before: who is refused leaves nothing behind.
      await this.#wakeBy(expires)
      if (expulsions !== this.#expulsions) continue
      attended = found
      if (isNobody && !known)
        this.#open = { attended: { ...found, entries: [] }, until: Date.now() + CHECK_MILLISECONDS }
    }

    // From here to the end nothing waits: no entry comes in between.
    const { user, roomId, chatroom, entries } = attended
    const { last = attended.last } = this.#delivery
    const { 0: client, 1: server } = new WebSocketPair()
    const behind = after !== undefined && after < last ? after : null
    const greeting: ServerFrame[] = [{ type: 'hello', seq: last, chatroom, userName: user?.name ?? null }]
    if (after !== undefined && after > last) greeting.push({ type: 'reset', seq: last })
    this.#connections.add(server, { roomId, chatroom, actor, user, expires, source, behind }, last, greeting)
    this.ctx.waitUntil(this.#begin(server, entries))
    return new Response(null, { status: 101, webSocket: client })
  }

  /** Sends somebody new the first frames, once the connection has been handed over; see `Audience.add`. */
  async #begin(socket: WebSocket, entries: EntryRow[]): Promise<void> {
    await scheduler.wait(0)
    this.#connections.greet(socket)
    this.#delivery.catchUp(socket, entries)
    await this.#delivery.pump(socket)
  }

  /** Asks D1 whether somebody may listen, and brings the log to where it is there. */
  async #attend({
    room,
    actor,
    after,
    source,
  }: Pick<ListenRequest, 'room' | 'actor' | 'after' | 'source'>): Promise<AuthorizedListener> {
    const wanted = after === undefined || this.#delivery.keeps(after) ? undefined : after
    const request = { room, actor, now: Date.now(), after: wanted, limit: MAX_ENTRIES }
    const { db, cost } = openDatabase(this.env.DB, { bookmark: undefined, reading: false })
    const found = await authorizeListener(db, request)
    this.#limitsOf(actor, source).settle(cost.rowsWritten)
    this.#enter(found.roomId)
    await this.#delivery.expect(found.last)
    return found
  }

  /**
   * What D1 said a moment ago, for somebody who is nobody in particular and wants no entry that isn't at hand. The log may be
   * further by now than we know: what comes of it is new to who comes, and has a larger number than the greeting.
   */
  #stillOpen(after: number | undefined): AuthorizedListener | undefined {
    if (after !== undefined && !this.#delivery.keeps(after)) return undefined
    return this.#open && Date.now() < this.#open.until ? this.#open.attended : undefined
  }

  /** A new entry of the log. It may come late, twice, too early, or never. `joined`: its author became a member by it. */
  publish(roomId: number, entry: EntryFrame, joined = false): void {
    if (!this.#enter(roomId)) return
    if (joined && entry.userName !== null)
      this.tell({ type: 'member', userName: entry.userName, role: 'member' })
    this.#delivery.take(entry)
    this.ctx.waitUntil(this.#delivery.repair())
  }

  /** Says that the log goes up to this number. */
  expect(roomId: number, seq: number): void {
    if (this.#enter(roomId)) this.ctx.waitUntil(this.#delivery.expect(seq))
  }

  /** Sends a frame that is no entry to everybody. */
  tell(frame: ServerFrame, except?: WebSocket): void {
    this.#connections.tell(frame, this.#delivery.last, except)
  }

  /** Closes everybody's connection. */
  close(why: Closing): void {
    this.#expulsions++
    this.#open = undefined
    this.#connections.dismiss(why, () => true)
  }

  /** Closes a user's connections, with a last frame that says more. */
  expel(userId: number, why: Closing, frame?: ServerFrame): void {
    this.#expulsions++
    this.#connections.dismiss(why, ({ user }) => user?.id === userId, frame)
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    const listener = attachmentOf(socket)
    const { source, actor } = listener
    const waitUntil = (work: Promise<unknown>) => this.ctx.waitUntil(work)
    await handleFrame(data, listener, {
      limits: this.#limitsOf(actor, source),
      d1: this.env.DB,
      isProtected: this.env.IDENTITY === 'protected',
      answer: (frame) => this.#connections.send(socket, frame),
      close: (code, reason) => this.#connections.close(socket, code, reason),
      typing: (userName) => {
        const now = Date.now()
        if (now - (this.#typed.get(socket) ?? 0) < TYPING_MILLISECONDS) return
        this.#typed.set(socket, now)
        this.tell({ type: 'typing', userName }, socket)
      },
      present: () => this.#connections.present,
      read: () => {
        this.#connections.read(socket)
        waitUntil(this.#delivery.pump(socket))
      },
      publish: (roomId, entry, joined) => this.publish(roomId, entry, joined),
    })
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    this.#connections.recall(socket)
    this.#delivery.resume()
    // 1005 and 1006 say that there was no code, and can't be sent.
    this.#connections.close(socket, code === 1005 || code === 1006 ? 1000 : code)
  }

  override webSocketError(socket: WebSocket): void {
    this.webSocketClose(socket, 1011)
  }

  async #wakeBy(time: number | null): Promise<void> {
    const next = Math.min(Date.now() + CHECK_MILLISECONDS, time ?? Number.POSITIVE_INFINITY)
    if (next < ((await this.ctx.storage.getAlarm()) ?? Number.POSITIVE_INFINITY))
      await this.ctx.storage.setAlarm(next)
  }

  /** Looks after the listeners: who has gone without a word or may listen no longer, and what nobody published. */
  override async alarm(): Promise<void> {
    const tickets = sweepTickets(this.ctx.storage)
    const now = Date.now()
    this.#connections.dismiss('ended', ({ expires }) => expires !== null && expires <= now)
    this.#connections.dismiss('silent', (_, socket) => {
      const ping = this.ctx.getWebSocketAutoResponseTimestamp(socket)
      return ping !== null && now - ping.getTime() > SILENCE_MILLISECONDS
    })
    const listeners = this.#connections.sockets.map(attachmentOf)
    if (listeners.length + tickets === 0) return
    await this.#wakeBy(Math.min(...listeners.map(({ expires }) => expires ?? Number.POSITIVE_INFINITY)))
    if (listeners.length > 0) await this.#delivery.compare()
  }
}
