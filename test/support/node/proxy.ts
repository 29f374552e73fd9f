import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A stretch of network between a client and a server, which can fail. */
export const tcpProxy = async (target: string) => {
  const { hostname, port } = new URL(target)
  const open = new Set<[Socket, Socket]>()
  const silent: Socket[] = []
  const server = createServer((near) => {
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

  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,

    /** Cuts the connections that are chosen. */
    cut(isChosen: () => boolean): void {
      for (const [near, far] of open) {
        if (!isChosen()) continue
        near.resetAndDestroy()
        far.resetAndDestroy()
      }
    },

    /** Swallows what is sent over the connections that there are now, and hangs up none, whatever one of its ends does. */
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
