import { getServerByName, Server } from 'partyserver'

type Bindings = { CHAT: DurableObjectNamespace<Chat> }
type Said = { userName: string; message: string }
type Message = Said & { seq: number; chatroom: string; createdAt: string }
type Row = { user: string; content: string; at: number }

/**
 * The way of Cloudflare's durable-chat-template: a room is one object with everything that was said in its own SQLite, and all
 * of it in memory as well; it believes who says it. (The template stores a message under an id that its client made up, after
 * a look through all those before; here it is only stored, so that the peer doesn't get slower as it grows.)
 */
export class Chat extends Server<Bindings> {
  static override options = { hibernate: true }
  #messages: Message[] = []

  override onStart(): void {
    this.ctx.storage.sql.exec(
      'create table if not exists messages (id text primary key, user text, content text, at integer)',
    )
    const rows = this.ctx.storage.sql.exec<Row>('select user, content, at from messages order by rowid')
    for (const { user, content, at } of rows) this.#keep({ userName: user, message: content }, at)
  }

  #keep(said: Said, at: number): Message {
    const createdAt = new Date(at).toISOString()
    const message = { seq: this.#messages.length + 1, chatroom: this.name, ...said, createdAt }
    this.#messages.push(message)
    return message
  }

  override async onRequest(request: Request): Promise<Response> {
    if (request.method === 'GET') return Response.json({ messages: this.#messages.slice(-50) })
    const { userName, message } = await request.json<Said>()
    const at = Date.now()
    this.ctx.storage.sql.exec(
      `insert into messages (id, user, content, at) values (?, ?, ?, ?)
        on conflict (id) do update set content = excluded.content`,
      ...[crypto.randomUUID(), userName, message, at],
    )
    const stored = this.#keep({ userName, message }, at)
    this.broadcast(JSON.stringify(stored))
    return Response.json(stored, { status: 201 })
  }
}

export default {
  async fetch(request, env) {
    const name = new URL(request.url).pathname.split('/')[2] ?? ''
    return (await getServerByName(env.CHAT, name)).fetch(request)
  },
} satisfies ExportedHandler<Bindings>
