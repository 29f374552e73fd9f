import { connect, type Socket } from 'node:net'

/** All connections read into this buffer: each read is handled before the next one. */
const shared = Buffer.allocUnsafe(256 * 1024)

/** Opens a TCP connection and passes its data to `take`, which must not keep the buffer. */
export const connectTo = (
  port: number,
  take: (data: Buffer) => void,
  end: (reason: string) => void,
): Socket =>
  connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    onread: {
      buffer: shared,
      callback: (length) => {
        take(shared.subarray(0, length))
        return true
      },
    },
  })
    .on('error', (error) => end(error.message))
    .on('close', () => end('the connection was closed'))

/** Returns a request as HTTP/1.1 text. `headers` are whole lines. */
export const requestOf = (method: string, path: string, body?: unknown, headers = ''): string => {
  const head = `${method} ${path} HTTP/1.1\r\nHost: bench\r\n${headers}`
  if (body === undefined) return `${head}\r\n`
  const text = JSON.stringify(body)
  return `${head}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
}

/** A connection that sends one request at a time. */
export class Connection {
  readonly #socket: Socket
  readonly #answered: () => void
  readonly #failed: (reason: string) => void
  #answer = ''
  isFree = true
  /** Servers close connections that are idle for a while. */
  isClosed = false

  /** Calls `answered` after each successful answer, and `failed` otherwise. */
  constructor(port: number, answered: () => void, failed: (reason: string) => void) {
    this.#answered = answered
    this.#failed = failed
    const end = (reason: string) => {
      this.isClosed = true
      if (!this.isFree) failed(reason)
    }
    this.#socket = connectTo(port, (data) => this.#take(data), end)
  }

  send(request: string): void {
    this.isFree = false
    this.#socket.write(request)
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
    this.#answered()
  }
}
