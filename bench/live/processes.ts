import { fork } from 'node:child_process'
import { join } from 'node:path'
import { userNames } from '../http/routes.ts'
import { firstMessage, type Server, stop } from '../servers.ts'
import type { Answer, Command } from './load-client.ts'
import { peerOf, userName } from './peers.ts'

/** A process that acts as many clients. */
export class LoadClient {
  readonly #child = fork(join(import.meta.dirname, 'load-client.ts'))
  readonly #peer: string
  readonly stop = stop(this.#child)

  constructor(peer: string) {
    this.#peer = peer
  }

  /** Runs a command. Throws if the peer did not deliver all messages. */
  async run(command: Command): Promise<Answer> {
    const received = firstMessage<Answer>(this.#child)
    this.#child.send(command)
    const answer = await received
    if (answer.error !== undefined) throw new Error(`${this.#peer}: ${answer.error}`)
    return answer
  }
}

export type Room = { server: Server; client: LoadClient }

let rooms = 0

/** Either listeners, of whom one also speaks, or people, who all speak and listen. */
type Present = { listeners: number } | { people: number }

/** Creates a room and connects those who are present. */
const open = async (server: Server, client: LoadClient, present: Present): Promise<Room> => {
  const { peer, port } = server
  const room = `bench-${++rooms}`
  const { prepare } = peerOf(peer)
  const speakers = 'people' in present ? userNames.slice(0, present.people) : [userName]
  for (const { path, body } of prepare?.(room, speakers) ?? []) {
    const headers = { 'Content-Type': 'application/json', 'CF-Connecting-IP': '127.0.0.1' }
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init)
    // 409: the user exists from an earlier room.
    if (!response.ok && response.status !== 409)
      throw new Error(`${peer}: ${path} answered ${await response.text()}`)
    await response.body?.cancel()
  }
  const place = { peer, port, room }
  await client.run(
    'people' in present ? { do: 'fill', ...place, ...present } : { do: 'open', ...place, ...present },
  )
  return { server, client }
}

/** Opens a room on each server, runs `work`, and stops the load clients. */
export const withRooms = async <Result>(
  servers: Server[],
  present: Present,
  work: (rooms: Room[]) => Promise<Result>,
): Promise<Result> => {
  const clients = servers.map(({ peer }) => new LoadClient(peer))
  try {
    const rooms: Room[] = []
    for (const [index, server] of servers.entries()) {
      const client = clients[index]
      if (client) rooms.push(await open(server, client, present))
    }
    return await work(rooms)
  } finally {
    await Promise.all(clients.map((client) => client.stop()))
  }
}
