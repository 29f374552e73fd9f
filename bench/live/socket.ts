import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { connectTo } from '../connection.ts'

const TEXT = 1
const CLOSE = 8
const PING = 9
const PONG = 10

/**
 * Returns a client frame. Its mask is zero, so that masking costs the client nothing: a random mask protects proxies
 * (RFC 6455, 10.3), and there is no proxy here.
 */
export const frameOf = (text: string, opcode = TEXT): Buffer => {
  const payload = Buffer.from(text)
  const { length } = payload
  if (length > 0xffff) throw new Error('The frame is longer than the benchmark supports.')
  const head = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([0x80 | opcode, ...head, 0, 0, 0, 0]), payload])
}

type Handler = {
  open: () => void
  /** The subprotocol to ask for. */
  protocol?: string
  /** The beginning of the frames to count. */
  counted: string
  /** Called with the number of counted frames, and the whole frames that contain them. It must not keep the data. */
  count: (frames: number, data: Buffer) => void
  /** Called for every other frame. */
  other: (text: string) => void
  end: (reason: string) => void
}

/**
 * A WebSocket client that reads only the beginnings of frames, so that hundreds of clients cost less than their server. It
 * does not check masks, UTF-8 or lengths, so it is only for servers that are known to be correct.
 */
export class RawSocket {
  readonly #socket: Socket
  readonly #handler: Handler
  readonly #counted: Buffer
  #upgraded = false
  /** The part of an incomplete frame. */
  #rest: Buffer | undefined

  constructor(port: number, path: string, handler: Handler) {
    this.#handler = handler
    this.#counted = Buffer.from(handler.counted)
    this.#socket = connectTo(port, (data) => this.#take(data), handler.end)
    const key = randomBytes(16).toString('base64')
    const protocol = handler.protocol ? `Sec-WebSocket-Protocol: ${handler.protocol}\r\n` : ''
    this.#socket.write(
      `GET ${path} HTTP/1.1\r\nHost: bench\r\nCF-Connecting-IP: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n${protocol}\r\n`,
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
      if (!head.startsWith('HTTP/1.1 101'))
        throw new Error(`the server refused the WebSocket: ${data.toString('utf8')}`)
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
      } else if (short === 127) {
        start += 8
        if (start > data.length) break
        length = Number(data.readBigUInt64BE(at + 2))
      }
      if (start + length > data.length) break
      const opcode = (data[at] ?? 0) & 0x0f
      if (opcode === TEXT && this.#isCounted(data, start)) count++
      else {
        const encoding = opcode === TEXT ? 'utf8' : 'latin1'
        this.#control(opcode, data.toString(encoding, start, start + length))
      }
      at = start + length
    }
    if (count > 0) this.#handler.count(count, data.subarray(0, at))
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
