import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { connectTo } from '../connection.ts'

const TEXT = 1
const CLOSE = 8
const PING = 9
const PONG = 10

/**
 * A frame as a client sends it. The mask is of zeros, so that masking costs the client nothing: a random one protects
 * proxies on the way (RFC 6455, 10.3), and there is none.
 */
export const frameOf = (text: string, opcode = TEXT): Buffer => {
  const payload = Buffer.from(text)
  const { length } = payload
  if (length > 0xffff) throw new Error('The frame is too long for the bench.')
  const head = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([0x80 | opcode, ...head, 0, 0, 0, 0]), payload])
}

type Handler = {
  open: () => void
  /** How the frames begin that are counted. */
  counted: string
  /** Counted frames have come: how many, and the data that they are in. */
  count: (frames: number, data: Buffer) => void
  /** A frame that is not counted. */
  other: (text: string) => void
  end: (why: string) => void
}

/**
 * A WebSocket of which only the beginnings of frames are read, so that a client of hundreds costs less than their server. It
 * checks no masks, no UTF-8 and no lengths: it is for a server that is known to keep them.
 */
export class RawSocket {
  readonly #socket: Socket
  readonly #handler: Handler
  readonly #counted: Buffer
  #upgraded = false
  /** The beginning of a frame whose end has not come yet. */
  #rest: Buffer | undefined

  constructor(port: number, path: string, handler: Handler) {
    this.#handler = handler
    this.#counted = Buffer.from(handler.counted)
    this.#socket = connectTo(port, (data) => this.#take(data), handler.end)
    const key = randomBytes(16).toString('base64')
    this.#socket.write(
      `GET ${path} HTTP/1.1\r\nHost: bench\r\nCF-Connecting-IP: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    )
  }

  send(frame: Buffer): void {
    this.#socket.write(frame)
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(read: Buffer): void {
    let data = this.#rest ? Buffer.concat([this.#rest, read]) : read
    this.#rest = undefined
    if (!this.#upgraded) {
      const end = data.indexOf('\r\n\r\n')
      if (end < 0) {
        this.#rest = Buffer.from(data)
        return
      }
      const head = data.toString('latin1', 0, end)
      if (!head.startsWith('HTTP/1.1 101')) throw new Error(`no WebSocket: ${data.toString('utf8')}`)
      this.#upgraded = true
      data = data.subarray(end + 4)
      this.#handler.open()
    }
    this.#frames(data)
  }

  #frames(data: Buffer): void {
    let at = 0
    let count = 0
    while (data.length - at >= 2) {
      const short = (data[at + 1] ?? 0) & 0x7f
      let start = at + 2
      let length = short
      if (short === 126) {
        start += 2
        if (start > data.length) break
        length = data.readUInt16BE(at + 2)
      } else if (short === 127) throw new Error('A frame is longer than the bench expects.')
      if (start + length > data.length) break
      const opcode = (data[at] ?? 0) & 0x0f
      if (opcode === TEXT && this.#isCounted(data, start)) count++
      else {
        const encoding = opcode === TEXT ? 'utf8' : 'latin1'
        this.#control(opcode, data.toString(encoding, start, start + length))
      }
      at = start + length
    }
    if (count > 0) this.#handler.count(count, data)
    if (at < data.length) this.#rest = Buffer.from(data.subarray(at))
  }

  #isCounted(data: Buffer, start: number): boolean {
    const counted = this.#counted
    for (let i = 0; i < counted.length; i++) if (data[start + i] !== counted[i]) return false
    return true
  }

  #control(opcode: number, text: string): void {
    if (opcode === PING) this.send(frameOf(text, PONG))
    else if (opcode === CLOSE) {
      const code = text.length >= 2 ? Buffer.from(text, 'latin1').readUInt16BE() : 1005
      this.#handler.end(`closed with ${code} ${text.slice(2)}`)
    } else this.#handler.other(text)
  }
}
