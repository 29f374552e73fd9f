import { getServerByName, Server } from 'partyserver'

type Bindings = { CHAT: DurableObjectNamespace<Chat> }
type NewMessage = { userName: string; message: string }
type Message = NewMessage & { seq: number; chatroom: string; createdAt: string }
type Row = { user: string; content: string; at: number }

/**
 * Works like Cloudflare's durable-chat-template: a room is one object, which keeps all messages in its own SQLite and in
 * memory, without authentication. The template searches all earlier messages for the client's message id first; here
 * the search is left out, so that the peer does not get slower as it grows.
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

  #keep(message: NewMessage, at: number): Message {
    const createdAt = new Date(at).toISOString()
    const stored = { seq: this.#messages.length + 1, chatroom: this.name, ...message, createdAt }
    this.#messages.push(stored)
    return stored
  }

  override async onRequest(request: Request): Promise<Response> {
    if (request.method === 'GET') return Response.json({ messages: this.#messages.slice(-50) })
    const { userName, message } = await request.json<NewMessage>()
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
