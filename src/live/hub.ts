import { DurableObject } from 'cloudflare:workers'
import type { Actor } from '../auth/actor'
import type { ServerFrame } from '../contract'
import { type Database, openDatabase } from '../db/client'
import { linksOf, type MakeLinks } from '../files/links'
import { LIVE_ROUTE, record } from '../http/analytics'
import { problemBody } from '../http/problem'
import { networkOfKey, openRequestLimits } from '../limits/request-limits'
import type { LimitBindings, RequestLimits } from '../limits/types'
import type { EntryRow } from '../messages/entry-frames'
import { pushMessages } from '../push/push-messages'
import { RoomWebhooks } from '../webhooks/room-webhooks'
import type { Place, WebhookApi } from '../webhooks/webhook-api'
import { AccessControl, type Caller, type RunInDatabase } from './access-control'
import { type Attachment, mayHear } from './attachment'
import { Connections } from './connections'
import { Delivery } from './delivery'
import type { HubApi, NewEntry } from './hub-api'
import { Incoming } from './incoming'
import { type ListenRequest, readListenRequest } from './listen-request'
import { rememberListener } from './listener-rows'
import { issueTicket, redeemTicket } from './ticket'
import { Upkeep } from './upkeep'

type Bindings = LimitBindings & {
  IDENTITY: 'open' | 'protected'
  APPROVAL?: string
  VAPID_PRIVATE_KEY?: string
  VAPID_SUBJECT?: string
  ANALYTICS?: AnalyticsEngineDataset
  WEBHOOK: DurableObjectNamespace<WebhookApi>
}

const nobody: Actor = { credential: { kind: 'none' }, user: undefined }

/**
 * Sends one room's log to its listeners. It stores no messages: D1 has them, and the hub reads from there what was lost on the way. It
 * may sleep or die between any two events, so what it must remember is attached to its sockets.
 */
export class Hub extends DurableObject<Bindings> implements HubApi {
  readonly #connections: Connections
  readonly #delivery: Delivery
  readonly #access: AccessControl
  readonly #upkeep: Upkeep
  readonly #incoming: Incoming
  readonly #webhooks: RoomWebhooks

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env)
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'))
    this.#connections = new Connections(ctx, (code) =>
      record(this.env, 'close', { route: LIVE_ROUTE, status: code }),
    )
    this.#webhooks = new RoomWebhooks({
      storage: ctx.storage,
      namespace: () => this.env.WEBHOOK,
      open: () => this.#open().db,
      waitUntil: (work) => ctx.waitUntil(work),
    })
    this.#delivery = new Delivery(this.#connections, () => this.#open().db, this.#makeLinks)
    const run: RunInDatabase = (caller, work) => this.#run(caller, work)
    this.#access = new AccessControl(this.#connections, this.#delivery, run, (key) =>
      networkOfKey(this.env, key),
    )
    const parts = { connections: this.#connections, delivery: this.#delivery, access: this.#access, run }
    this.#upkeep = new Upkeep(ctx, parts)
    this.#incoming = new Incoming({
      ...parts,
      upkeep: this.#upkeep,
      env: () => this.env,
      makeLinks: this.#makeLinks,
      limitsOf: (listener) => this.#limitsOf(listener),
      publish: (roomId, entries) => this.publish(roomId, entries),
      readUpTo: (roomId, seq) => this.readUpTo(roomId, seq),
      tellHeld: (roomId, authorId, frame, except) => this.tellHeld(roomId, authorId, frame, except),
      waitUntil: (work) => ctx.waitUntil(work),
    })
  }

  #open() {
    return openDatabase(this.env.DB, { bookmark: undefined, reading: false })
  }

  /** Does something in D1, and counts the rows that this writes. */
  async #run<Result>(caller: Caller, work: (db: Database) => Promise<Result>): Promise<Result> {
    const { db, cost } = this.#open()
    try {
      return await work(db)
    } finally {
      this.#limitsOf(caller).settle(cost.rowsWritten)
    }
  }

  /** Makes links for frames. Each listener is sent them at the URL at which it reaches the API: see own-links.ts. */
  readonly #makeLinks: MakeLinks = (rows) => {
    const base = () => this.#connections.all.at(-1)?.[1].apiUrl ?? '/'
    const secret = () => this.#limitsOf({ actor: nobody }).sharedSecret()
    return linksOf({ base, secret }, rows)
  }

  #limitsOf({ actor: { credential }, addressKey }: Caller): RequestLimits {
    return openRequestLimits(this.env, {
      addressKey,
      isAdmin: credential.kind === 'admin',
      credential: async () => credential,
      waitUntil: (work) => this.ctx.waitUntil(work),
    })
  }

  async issueTicket(actor: Actor): Promise<{ ticket: string; until: number }> {
    const issued = await issueTicket(this.ctx.storage, actor)
    await this.#upkeep.prepareForTicket(issued.until)
    return issued
  }

  override async fetch({ headers }: Request): Promise<Response> {
    const request = readListenRequest(headers)
    try {
      return await this.#connect(request)
    } catch (error) {
      const asked = { id: request.requestId, method: 'GET', route: LIVE_ROUTE }
      const { body, headers } = problemBody(error as Error, asked)
      return new Response(JSON.stringify(body), {
        status: body.status,
        headers: { 'Content-Type': 'application/problem+json', ...headers },
      })
    }
  }

  async #connect(request: ListenRequest): Promise<Response> {
    const { ticket, addressKey, after, room, protocol, apiUrl } = request
    const actor = ticket === undefined ? request.actor : await redeemTicket(this.ctx.storage, ticket)
    const expires = actor.credential.kind === 'login' ? actor.credential.expires : null
    // Not earlier than when it is let in: a request that is refused leaves nothing behind.
    const prepare = () => this.#upkeep.prepare(expires)
    const authorized = await this.#access.authorize({ ...request, actor }, prepare)

    // From here to the end nothing waits, so no entry comes in between.
    const { user, roomId, history, chatroom, entries, moderates, first } = authorized
    const { last = authorized.last } = this.#delivery
    const { 0: client, 1: server } = new WebSocketPair()
    const isOfThisHistory = request.roomId === undefined || request.roomId === history
    // The entries before the first one have been removed.
    const isRemoved = after !== undefined && after < first - 1
    const behind = after !== undefined && after < last && isOfThisHistory ? Math.max(after, first - 1) : null
    const userName = user?.name ?? null
    const greeting: ServerFrame[] = [{ type: 'hello', seq: last, roomId: history, chatroom, userName }]
    if (after !== undefined && (after > last || !isOfThisHistory)) greeting.push({ type: 'reset', seq: last })
    else if (isRemoved) greeting.push({ type: 'reset', seq: first - 1 })
    if (user) rememberListener(this.ctx.storage, user.id, room.key)
    const connection = {
      protocol,
      roomId,
      chatroom,
      actor,
      user,
      expires,
      addressKey,
      apiUrl,
      behind,
      moderates,
    }
    this.#upkeep.closeSilent()
    this.#connections.add(server, connection, last, greeting)
    this.ctx.waitUntil(this.#greet(server, entries))
    return new Response(null, { status: 101, webSocket: client })
  }

  /** Sends a new connection its first frames, once it has been handed over: see `Connections.add`. Entries whose links can't be made are read again. */
  async #greet(socket: WebSocket, entries: EntryRow[]): Promise<void> {
    await scheduler.wait(0)
    const frames = await this.#delivery.framesOf(entries).catch(() => [])
    await this.#connections.together(() => {
      this.#connections.send(socket)
      return this.#delivery.catchUp(socket, frames.length > 0 ? frames : undefined)
    })
  }

  publish(roomId: number, entries: NewEntry[]): void {
    if (!this.#access.enter(roomId)) return
    for (const { frame, joined } of entries) {
      if (joined && frame.userName !== null)
        this.#broadcast({ type: 'member', userName: frame.userName, role: 'member' })
      this.#delivery.receive(frame)
    }
    this.ctx.waitUntil(this.#delivery.repair())
    this.#upkeep.expectEntries()
    this.#push(roomId, entries)
    this.#webhooks.tell({ stream: 'log', roomId })
  }

  /** Pushes messages to the browsers of those whom they mention or reply to. Only what is published comes here, so each message once. */
  #push(roomId: number, entries: NewEntry[]): void {
    const frames = entries.map(({ frame }) => frame)
    const pushed = pushMessages(this.env, (work) => this.#run({ actor: nobody }, work), roomId, frames)
    if (pushed) this.ctx.waitUntil(pushed)
  }

  readUpTo(roomId: number, seq: number, forgets = false): void {
    if (!this.#access.enter(roomId)) return
    if (forgets) this.#delivery.forgetKept()
    this.ctx.waitUntil(this.#delivery.readUpTo(seq))
    this.#webhooks.tell({ stream: 'log', roomId })
  }

  compare(): void {
    this.ctx.waitUntil(this.#upkeep.compareNow())
  }

  broadcast(roomId: number, frame: ServerFrame): void {
    if (!this.#access.enter(roomId)) return
    this.#broadcast(frame)
    this.#upkeep.expectEntries()
  }

  tellHeld(roomId: number, authorId: number, frame: ServerFrame, except?: WebSocket): void {
    if (!this.#access.enter(roomId)) return
    if (frame.type === 'held' && frame.state === 'waiting') this.#webhooks.tell({ stream: 'held', roomId })
    for (const [socket, listener] of this.#connections.all)
      if (socket !== except && mayHear(listener, authorId)) this.#connections.send(socket, frame)
  }

  #broadcast(frame: ServerFrame): void {
    this.#connections.broadcast(frame, this.#delivery.last)
  }

  endRoom(roomId: number): void {
    if (!this.#access.enter(roomId)) return
    this.#access.change()
    this.#connections.closeWhere('deleted', () => true, { type: 'room', chatroom: null })
  }

  forgetStart(roomId: number, frame: ServerFrame): void {
    if (!this.#access.enter(roomId)) return
    this.#access.change()
    this.#delivery.forgetKept()
    this.#broadcast(frame)
  }

  async endStorage(roomId: number): Promise<void> {
    if (!this.#access.enter(roomId)) return
    this.endRoom(roomId)
    await this.#upkeep.deleteRowsOfDeparted()
    // Another room may have begun meanwhile.
    if (this.#connections.size > 0 || !this.#access.enter(roomId)) return
    this.#upkeep.forgetAlarm()
    await this.ctx.storage.deleteAlarm()
    await this.ctx.storage.deleteAll()
  }

  ban(roomId: number, userId: number, frame: ServerFrame): void {
    if (!this.#access.enter(roomId)) return
    this.#access.change()
    this.#connections.closeWhere('banned', ({ user }) => user?.id === userId, frame)
    this.#webhooks.tell({ stream: 'ban', roomId })
  }

  tellWebhooks(place: Place): void {
    if (this.#access.enter(place.roomId)) this.#webhooks.tell(place)
  }

  forgetWebhooks(): void {
    this.#webhooks.forget()
  }

  endToken(userId: number): void {
    this.#access.change()
    const isOfUser = ({ user }: Attachment) => user?.id === userId
    this.#connections.closeWhere(
      'expired',
      (listener) => isOfUser(listener) && listener.actor.credential.kind === 'token',
    )
    this.#connections.closeWhere('reconnect', isOfUser)
  }

  async checkAccess(userId?: number): Promise<void> {
    await this.#access.check(({ user }) => userId === undefined || user?.id === userId)
  }

  override webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    return this.#incoming.receive(socket, data)
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    this.#connections.restoreCursor(socket)
    this.#delivery.resume()
    this.#incoming.leave(socket)
    // 1005 and 1006 say that there was no code, and can't be sent.
    this.#connections.close(socket, code === 1005 || code === 1006 ? 1000 : code)
  }

  override webSocketError(socket: WebSocket): void {
    this.webSocketClose(socket, 1011)
  }

  override async alarm(): Promise<void> {
    await this.#upkeep.atAlarm()
  }
}
