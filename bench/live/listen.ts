import type { Peer } from './peers.ts'
import { frameOf, RawSocket } from './socket.ts'

type Place = { peer: Peer; port: number; room: string; userName?: string | undefined }
type Handler = {
  /** Called with the number of frames that hold messages, and these frames. */
  count: (frames: number, data: Buffer) => void
  fail: (reason: string) => void
}

/** Connects a listener. Returns its socket once it receives messages. */
export const listen = async (
  { peer, port, room, userName }: Place,
  { count, fail }: Handler,
): Promise<RawSocket> => {
  const { hello, message, protocol } = peer
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let isOpen = hello === undefined
  const open = () => {
    isOpen = true
    resolve()
  }
  const socket: RawSocket = new RawSocket(port, peer.listenAt(room, userName), {
    ...(protocol && { protocol }),
    counted: message,
    open: () => {
      if (hello?.send) socket.send(frameOf(hello.send))
      if (!hello) resolve()
    },
    count: (frames, data) => {
      if (!isOpen && hello && data.includes(hello.until)) open()
      count(frames, data)
    },
    other: (text) => {
      if (hello && text.startsWith(hello.until)) open()
      // Answers Socket.IO's own ping.
      if (text === '2') socket.send(frameOf('3'))
      if (text.startsWith('{"type":"error"')) fail(text)
    },
    end: (reason) => {
      fail(reason)
      reject(new Error(reason))
    },
  })
  await promise
  return socket
}
