import { type Connection, routePartykitRequest, Server } from 'partyserver'

type Said = { userName: string; message: string }

/** A room as partyserver's README has it, hibernating; it stores nothing. */
export class Room extends Server<Cloudflare.Env> {
  static override options = { hibernate: true }
  #seq = 0

  override onMessage(_: Connection, data: string): void {
    this.#say(JSON.parse(data))
  }

  override async onRequest(request: Request): Promise<Response> {
    return new Response(this.#say(await request.json<Said>()), { status: 201 })
  }

  #say({ userName, message }: Said): string {
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
