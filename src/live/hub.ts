import { DurableObject } from 'cloudflare:workers'
import type { EntryFrame, ServerFrame } from '../contract'
import { openDatabase } from '../database'
import type { Bindings } from '../env'
import type { Actor } from '../identity/actor'
import { problemBody, refusedBecause } from '../problem'
import { frameOf } from './frames'
import { answerFrame } from './inbox'
import { attempt, type Closing, closing, type Listener, listenerOf, tagOf } from './listener'
import { Sequence } from './sequence'
import { type Attended, attend, entriesAfter, lastOf } from './store'
import { issueTicket, redeemTicket, sweepTickets } from './ticket'

/** How often a hub with listeners looks after them, and asks D1 for entries that nobody published. */
const CHECK_MILLISECONDS = 25_000
/** A client that pings does so every 15 seconds: one that hasn't in this time is gone. */
const SILENCE_MILLISECONDS = 30_000
/** How long an entry waits for those before it, which are mostly on their way, until D1 is asked for them. */
const PATIENCE_MILLISECONDS = 50
const PAGE = 500
/** The runtime keeps in memory what a listener doesn't read, however much, and says nothing of it. */
const MAX_UNREAD = 4 * 1024 * 1024

/** Who wants in; the names are as they were written. */
export type Entrance = {
  actor: Actor
  requestId: string
  roomKey: string
  name: string
  userName: string | undefined
  ticket: string | undefined
  after: number | undefined
}

/**
 * Fans one room's log out to its listeners. It authors nothing: D1 has the truth, and what is lost on the way here is
 * read from there. It may be put to sleep or die between any two events; what it must know then is on its sockets.
 */
export class Hub extends DurableObject<Bindings> {
  #roomId: number | undefined
  /** Its last entry is the one up to which everybody has been sent, but those who are behind. */
  #log = new Sequence(PAGE)
  #behind = new Set<WebSocket>()
  #repairing: Promise<void> | undefined
  /** How much everybody has been sent, in UTF-16 code units, and at which of it we last looked who reads. */
  #sent = 0
  #looked = 0
  /** The socket that is told with each entry how far the hub is. */
  #anchor: WebSocket | undefined
  /** Grows with every expulsion, so that who is being let in meanwhile is looked at again. */
  #expulsions = 0

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env)
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'))
    for (const socket of ctx.getWebSockets()) this.#remember(socket)
  }

  #remember(socket: WebSocket): void {
    const { roomId, at, sent, behind } = listenerOf(socket)
    this.#roomId = roomId
    if (at > (this.#log.last ?? -1)) this.#log.beginAt(at)
    this.#sent = Math.max(sent, this.#sent)
    if (behind !== null) this.#behind.add(socket)
  }

  get #db() {
    return openDatabase(this.env.DB, { bookmark: undefined, reading: false }).db
  }

  /** A ticket for one connection to this room, and until when it can be used. */
  issue(actor: Actor): Promise<{ ticket: string; until: number }> {
    return issueTicket(this.ctx.storage, actor)
  }

  /** Lets a listener in by a WebSocket, or answers with a problem; the `Entrance` is in a header. */
  override async fetch(request: Request): Promise<Response> {
    const entrance: Entrance = JSON.parse(decodeURIComponent(request.headers.get('x-entrance') ?? ''))
    try {
      return await this.#admit(entrance)
    } catch (error) {
      const asked = { id: entrance.requestId, method: 'GET', path: `/chatroom/${entrance.name}/live` }
      const { body, headers } = problemBody(error as Error, asked)
      return new Response(JSON.stringify(body), {
        status: body.status,
        headers: { 'Content-Type': 'application/problem+json', ...headers },
      })
    }
  }

  async #admit({ ticket, roomKey, name, userName, after, ...guest }: Entrance): Promise<Response> {
    const actor = ticket === undefined ? guest.actor : await redeemTicket(this.ctx.storage, ticket)
    const expires = actor.credential.kind === 'login' ? actor.credential.expires : null
    let attended: Attended
    let expulsions: number
    do {
      expulsions = this.#expulsions
      const isKept = after !== undefined && this.#log.after(after) !== undefined
      const range = { after: isKept ? undefined : after, limit: PAGE }
      const found = await attend(this.#db, { roomKey, actor }, range)
      if (found.outcome === 'refused') throw refusedBecause(found.refusal, { chatroom: name, user: userName })
      attended = found
      this.#enterRoom(found.roomId)
      if (this.#log.last === undefined) this.#log.beginAt(found.last)
      this.#log.expect(found.last)
      if (this.#log.isIncomplete) await this.#repair()
    } while (expulsions !== this.#expulsions)

    // From here to the end of what this listener is sent nothing waits: no entry comes in between.
    const { user, roomId, chatroom } = attended
    const { sent, at } = { sent: this.#sent, at: this.#log.last ?? attended.last }
    const { 0: client, 1: server } = new WebSocketPair()
    const isNew = user !== null && this.ctx.getWebSockets(tagOf(user.id)).length === 0
    this.ctx.acceptWebSocket(server, user ? [tagOf(user.id)] : [])
    const behind = after !== undefined && after < at ? after : null
    const listener: Listener = { roomId, chatroom, actor, user, expires, behind, at, sent, read: sent }
    this.#sendTo(server, { type: 'hello', seq: at, chatroom, userName: user?.name ?? null })
    if (after !== undefined && after > at) this.#sendTo(server, { type: 'reset', seq: at })
    if (behind !== null) {
      this.#behind.add(server)
      this.#catchUp(server, listener, attended.entries.map(frameOf))
    }
    server.serializeAttachment(listener)
    if (isNew) this.tell({ type: 'presence', userName: user.name, present: true }, server)
    if (listener.behind !== null) this.ctx.waitUntil(this.#pump(server))
    await this.#wakeBy(expires)
    return new Response(null, { status: 101, webSocket: client })
  }

  /** The room of this name may have been deleted and made anew: then whoever listens to the old one has to go. */
  #enterRoom(roomId: number): void {
    if (this.#roomId !== undefined && this.#roomId !== roomId) {
      this.close('gone')
      this.#log.forget()
    }
    this.#roomId = roomId
  }

  /** A new entry of the log. It may come late, twice, too early, or never. `joined`: its author became a member by it. */
  publish(roomId: number, entry: EntryFrame, joined = false): void {
    if (joined && entry.userName !== null)
      this.tell({ type: 'member', userName: entry.userName, role: 'member' })
    this.#take(roomId, entry)
    this.expect(roomId, entry.seq)
  }

  /** Says that the log goes up to this number: what isn't here by then is read from D1. */
  expect(roomId: number, seq: number): void {
    this.#enterRoom(roomId)
    if (this.ctx.getWebSockets().length === 0) this.#log.beginAt(Math.max(seq, this.#log.last ?? 0))
    this.#log.expect(seq)
    if (this.#log.isIncomplete) this.ctx.waitUntil(this.#repair())
  }

  #take(roomId: number, entry: EntryFrame): void {
    this.#enterRoom(roomId)
    // Where nobody listens nobody misses what came before.
    const { last = -1 } = this.#log
    if (entry.seq > last + 1 && this.ctx.getWebSockets().length === 0) this.#log.beginAt(entry.seq - 1)
    for (const next of this.#log.take(entry)) this.tell(next)
  }

  /** Sends a frame to everybody, serialised once; those who are behind get the entries in their turn. */
  tell(frame: ServerFrame, except?: WebSocket): void {
    const text = JSON.stringify(frame)
    this.#sent += text.length
    const sockets = this.ctx.getWebSockets()
    for (const socket of sockets) {
      if (socket !== except && !this.#behind.has(socket)) attempt(() => socket.send(text))
    }
    // One is enough to know how far the hub was: even if it is the one that leaves, it brings that along.
    if (this.#anchor?.readyState !== WebSocket.OPEN) this.#anchor = sockets[0]
    if (this.#anchor) this.#update(this.#anchor, { at: this.#log.last ?? 0, sent: this.#sent })
    if (this.#sent - this.#looked > MAX_UNREAD / 16) {
      this.#looked = this.#sent
      this.#dismiss('unread', ({ read }) => this.#sent - read > MAX_UNREAD)
    }
  }

  #sendTo(socket: WebSocket, frame: ServerFrame): void {
    attempt(() => socket.send(JSON.stringify(frame)))
  }

  #update(socket: WebSocket, changes: Partial<Listener>): void {
    socket.serializeAttachment({ ...listenerOf(socket), ...changes })
  }

  /** Closes everybody's connection. */
  close(why: Closing): void {
    this.#dismiss(why, () => true)
  }

  /** Closes a user's connections, with a last frame that says more. */
  expel(userId: number, why: Closing, frame?: ServerFrame): void {
    this.#expulsions++
    this.#dismiss(why, ({ user }) => user?.id === userId, frame)
  }

  #dismiss(
    why: Closing,
    whom: (listener: Listener, socket: WebSocket) => boolean,
    frame?: ServerFrame,
  ): void {
    const [code, reason] = closing[why]
    for (const socket of this.ctx.getWebSockets()) {
      if (!whom(listenerOf(socket), socket)) continue
      if (frame) this.#sendTo(socket, frame)
      attempt(() => socket.close(code, reason))
      this.#left(socket)
    }
  }

  #left(socket: WebSocket): void {
    this.#behind.delete(socket)
    const { user } = listenerOf(socket)
    const isThere = (other: WebSocket) => other !== socket && other.readyState === WebSocket.OPEN
    if (!user) return
    // Who is dismissed has left; the close event that may follow says so again.
    this.#update(socket, { user: null })
    if (this.ctx.getWebSockets(tagOf(user.id)).some(isThere)) return
    this.tell({ type: 'presence', userName: user.name, present: false }, socket)
  }

  /** Reads what is missing from D1, until everybody has what there is. */
  #repair(): Promise<void> {
    this.#repairing ??= this.#fill().finally(() => {
      this.#repairing = undefined
    })
    return this.#repairing
  }

  async #fill(): Promise<void> {
    await scheduler.wait(PATIENCE_MILLISECONDS)
    while (this.#roomId !== undefined && this.#log.last !== undefined && this.#log.isIncomplete) {
      const roomId = this.#roomId
      const rows = await entriesAfter(this.#db, roomId, this.#log.last, PAGE)
      if (rows.length === 0) break
      for (const row of rows) if (roomId === this.#roomId) this.#take(roomId, frameOf(row))
    }
  }

  /** Sends entries to one who is behind, in order and as far as everybody is. */
  #catchUp(socket: WebSocket, listener: Listener, entries: EntryFrame[]): void {
    const kept = this.#log.after(entries.at(-1)?.seq ?? listener.behind ?? 0) ?? []
    for (const entry of [...entries, ...kept]) {
      if (listener.behind === null || entry.seq !== listener.behind + 1 || entry.seq > (this.#log.last ?? 0))
        continue
      const text = JSON.stringify(entry)
      attempt(() => socket.send(text))
      listener.read -= text.length
      listener.behind = entry.seq
    }
    if (listener.behind !== this.#log.last) return
    listener.behind = null
    this.#behind.delete(socket)
  }

  /** Brings one who is behind to where everybody is; it waits while that one doesn't read. */
  async #pump(socket: WebSocket): Promise<void> {
    while (this.#behind.has(socket) && socket.readyState === WebSocket.OPEN) {
      const { behind, roomId, read } = listenerOf(socket)
      if (behind === null || this.#sent - read > MAX_UNREAD / 4) return
      const rows = this.#log.after(behind) ? [] : await entriesAfter(this.#db, roomId, behind, PAGE)
      const listener = listenerOf(socket)
      this.#catchUp(socket, listener, rows.map(frameOf))
      this.#update(socket, listener)
      if (listener.behind === behind) return
    }
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    await answerFrame(data, listenerOf(socket), {
      db: this.#db,
      isProtected: this.env.IDENTITY === 'protected',
      answer: (frame) => this.#sendTo(socket, frame),
      close: (code, reason) => attempt(() => socket.close(code, reason)),
      typing: (userName) => this.tell({ type: 'typing', userName }, socket),
      present: () => [
        ...new Set(this.ctx.getWebSockets().flatMap((other) => listenerOf(other).user?.name ?? [])),
      ],
      read: () => {
        this.#update(socket, { read: this.#sent })
        this.ctx.waitUntil(this.#pump(socket))
      },
      publish: (roomId, entry, joined) => this.publish(roomId, entry, joined),
    })
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    this.#remember(socket)
    // 1005 and 1006 say that there was no code, and can't be sent.
    attempt(() => socket.close(code === 1005 || code === 1006 ? 1000 : code))
    this.#left(socket)
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
    sweepTickets(this.ctx.storage)
    const now = Date.now()
    this.#dismiss('ended', ({ expires }) => expires !== null && expires <= now)
    this.#dismiss('silent', (_, socket) => {
      const ping = this.ctx.getWebSocketAutoResponseTimestamp(socket)
      return ping !== null && now - ping.getTime() > SILENCE_MILLISECONDS
    })
    const listeners = this.ctx.getWebSockets().map(listenerOf)
    if (listeners.length === 0) return
    await this.#wakeBy(Math.min(...listeners.map(({ expires }) => expires ?? Number.POSITIVE_INFINITY)))
    await this.#compare()
    await Promise.all([...this.#behind].map((socket) => this.#pump(socket)))
  }

  /** Compares with D1: there may be entries that nobody published, or fewer, where it was restored to an earlier time. */
  async #compare(): Promise<void> {
    const { last } = this.#log
    if (this.#roomId === undefined || last === undefined) return
    const there = await lastOf(this.#db, this.#roomId)
    if (there === undefined) return this.close('gone')
    if (there >= last) return this.expect(this.#roomId, there)
    this.#log.beginAt(there)
    this.tell({ type: 'reset', seq: there })
  }
}
