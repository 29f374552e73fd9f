import type { Socket } from 'node:net'
import { userName } from './peers.ts'
import { connectTo } from './socket.ts'

/** One connection on which messages are POSTed, one after the other. */
export class Poster {
  readonly #socket: Socket
  readonly #path: string
  readonly #posted: () => void
  readonly #failed: (why: string) => void
  #answer = ''
  isFree = true
  /** Servers close connections on which nothing is asked for a while. */
  isClosed = false

  /** `posted` is called whenever a message is answered with a success, `failed` when it is not. */
  constructor(port: number, path: string, posted: () => void, failed: (why: string) => void) {
    this.#path = path
    this.#posted = posted
    this.#failed = failed
    const end = (why: string) => {
      this.isClosed = true
      if (!this.isFree) failed(why)
    }
    this.#socket = connectTo(port, (data) => this.#take(data), end)
  }

  post(text: string): void {
    this.isFree = false
    const body = JSON.stringify({ userName, message: text })
    this.#socket.write(
      `POST ${this.#path} HTTP/1.1\r\nHost: bench\r\nCF-Connecting-IP: 127.0.0.1\r\nContent-Type: application/json\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    )
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(data: Buffer): void {
    this.#answer += data.toString('latin1')
    const end = this.#answer.indexOf('\r\n\r\n') + 4
    if (end < 4) return
    const head = this.#answer.slice(0, end)
    if (!/^HTTP\/1\.1 2/.test(head)) this.#failed(`refused: ${this.#answer}`)
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
    const isWhole = length
      ? this.#answer.length >= end + Number(length)
      : this.#answer.endsWith('\r\n0\r\n\r\n')
    if (!isWhole) return
    this.#answer = ''
    this.isFree = true
    this.#posted()
  }
}
