import { fork } from 'node:child_process'
import { join } from 'node:path'
import { type Server, stop, word } from '../servers.ts'
import type { Answer, Asked } from './client.ts'
import { peerOf } from './peers.ts'

/** The process that does what many clients do. */
export class Client {
  readonly #child = fork(join(import.meta.dirname, 'client.ts'))
  readonly #peer: string
  readonly stop = stop(this.#child)

  constructor(peer: string) {
    this.#peer = peer
  }

  /** Throws when a peer has not delivered what it should have. */
  async ask(asked: Asked): Promise<Answer> {
    const answered = word<Answer>(this.#child)
    this.#child.send(asked)
    const answer = await answered
    if (answer.error !== undefined) throw new Error(`${this.#peer}: ${answer.error}`)
    return answer
  }
}

export type Room = { server: Server; client: Client }

let rooms = 0

/** Lets listeners into a new room, each room with a client process of its own. */
const open = async (server: Server, client: Client, listeners: number): Promise<Room> => {
  const { peer, port } = server
  const room = `bench-${++rooms}`
  const { prepare } = peerOf(peer)
  for (const { path, body } of prepare?.(room) ?? []) {
    const headers = { 'Content-Type': 'application/json', 'CF-Connecting-IP': '127.0.0.1' }
    const asked = { method: 'POST', headers, body: JSON.stringify(body) }
    const response = await fetch(`http://127.0.0.1:${port}${path}`, asked)
    // The user is there already from the room before.
    if (!response.ok && response.status !== 409)
      throw new Error(`${peer}: ${path} gives ${await response.text()}`)
    await response.body?.cancel()
  }
  await client.ask({ do: 'open', peer, port, room, listeners })
  return { server, client }
}

/** Has that many listeners in a room of each server, for as long as `work` takes. */
export const withRooms = async <Result>(
  servers: Server[],
  listeners: number,
  work: (rooms: Room[]) => Promise<Result>,
): Promise<Result> => {
  const clients = servers.map(({ peer }) => new Client(peer))
  try {
    const rooms: Room[] = []
    for (const [index, server] of servers.entries()) {
      const client = clients[index]
      if (client) rooms.push(await open(server, client, listeners))
    }
    return await work(rooms)
  } finally {
    await Promise.all(clients.map((client) => client.stop()))
  }
}
