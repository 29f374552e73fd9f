import { DurableObject } from 'cloudflare:workers'

type Bindings = { ROOM: DurableObjectNamespace<Room>; DB: D1Database; STORE: 'nothing' | 'row' | 'd1' }
type NewMessage = { userName: string; message: string }

const insert =
  'insert into messages (room, user_name, text, created_at) values (?, ?, ?, ?) returning rowid as seq'

/** A minimal room: it stores a message where `STORE` says so, and sends it to all listeners. */
export class Room extends DurableObject<Bindings> {
  #seq = 0

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env)
    if (env.STORE === 'row')
      ctx.storage.sql.exec('create table if not exists messages (room, user_name, text, created_at)')
  }

  override fetch(): Response {
    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.acceptWebSocket(server)
    return new Response(null, { status: 101, webSocket: client })
  }

  override async webSocketMessage(_: WebSocket, data: string): Promise<void> {
    await this.send(JSON.parse(data))
  }

  async send({ userName, message }: NewMessage): Promise<string> {
    const now = Date.now()
    const row = ['', userName, message, now]
    let seq = ++this.#seq
    if (this.env.STORE === 'row') seq = Number(this.ctx.storage.sql.exec(insert, ...row).one().seq)
    if (this.env.STORE === 'd1')
      seq =
        (await this.env.DB.prepare(insert)
          .bind(...row)
          .first('seq')) ?? 0
    const entry = { type: 'message', seq, userName, message, createdAt: new Date(now).toISOString() }
    const text = JSON.stringify(entry)
    for (const socket of this.ctx.getWebSockets()) {
      try {
        socket.send(text)
      } catch {}
    }
    return text
  }
}

export default {
  async fetch(request, env) {
    const room = env.ROOM.getByName(new URL(request.url).pathname)
    if (request.method === 'GET') return room.fetch(request)
    return new Response(await room.send(await request.json<NewMessage>()), { status: 201 })
  },
} satisfies ExportedHandler<Bindings>
