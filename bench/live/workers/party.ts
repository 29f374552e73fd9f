import { type Connection, routePartykitRequest, Server } from 'partyserver'

type NewMessage = { userName: string; message: string }

/** The room of partyserver's README, hibernating. It stores nothing. */
export class Room extends Server<Cloudflare.Env> {
  static override options = { hibernate: true }
  #seq = 0

  override onMessage(_: Connection, data: string): void {
    this.#send(JSON.parse(data))
  }

  override async onRequest(request: Request): Promise<Response> {
    return new Response(this.#send(await request.json<NewMessage>()), { status: 201 })
  }

  #send({ userName, message }: NewMessage): string {
    const createdAt = new Date().toISOString()
    const text = JSON.stringify({ type: 'message', seq: ++this.#seq, userName, message, createdAt })
    this.broadcast(text)
    return text
  }
}

export default {
  async fetch(request, env) {
    return (await routePartykitRequest(request, env)) ?? new Response('Not found', { status: 404 })
  },
} satisfies ExportedHandler<Cloudflare.Env>
