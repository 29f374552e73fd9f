import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Starts a TCP proxy in front of a server, as a network that can fail. */
export const tcpProxy = async (target: string) => {
  const { hostname, port } = new URL(target)
  const open = new Set<[Socket, Socket]>()
  const silent: Socket[] = []
  let isDown = false
  const server = createServer((near) => {
    if (isDown) return void near.resetAndDestroy()
    const far = connect(Number(port), hostname)
    const pair: [Socket, Socket] = [near, far]
    open.add(pair)
    for (const [one, other] of [pair, [far, near] as const]) {
      one.pipe(other)
      one.on('error', () => undefined)
      one.on('close', () => {
        if (open.delete(pair)) other.destroy()
      })
    }
  })
  server.listen(0, 'localhost')
  await once(server, 'listening')

  /** Cuts the connections that are chosen. */
  const cut = (isChosen: () => boolean): void => {
    for (const [near, far] of open) {
      if (!isChosen()) continue
      near.resetAndDestroy()
      far.resetAndDestroy()
    }
  }

  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,

    cut,

    /** Cuts all connections, and refuses new ones until `up` is called. */
    down(): void {
      isDown = true
      cut(() => true)
    },

    up(): void {
      isDown = false
    },

    /** Drops all data on the open connections, and keeps them open even when one end closes. */
    silence(): void {
      for (const pair of open) {
        silent.push(...pair)
        for (const socket of pair) socket.unpipe().resume()
      }
      open.clear()
    },

    close(): void {
      server.close()
      for (const socket of [...silent, ...[...open].flat()]) socket.destroy()
    },
  }
}
