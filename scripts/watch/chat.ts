import { ParlourError } from '../../src/client/error.ts'
import type {
  Connection,
  HistoryPage,
  Parlour,
  Room,
  RoomEvent,
  Subscription,
} from '../../src/client/types.ts'
import { serverFrame } from '../../src/contract/index.ts'
import { explain, reason, Stop } from '../command.ts'
import { lineOf } from '../line.ts'
import { runLine } from './commands.ts'
import type { Terminal } from './terminal.ts'

/** Returns an error as the user of a script sees it. */
const textOf = (error: unknown): string => {
  if (error instanceof ParlourError) return explain({ status: error.status, body: error.problem })
  return error instanceof Error ? error.message : String(error)
}

/** Returns the end of the script for an error: the server has refused, or there is none. */
export const stopOf = (error: unknown, url: string): Stop => {
  if (error instanceof Stop) return error
  // `fetch` throws a TypeError without an answer.
  return new Stop(error instanceof TypeError ? `No connection to ${url}: ${reason(error)}.` : textOf(error))
}

/** A room in a terminal. */
export class Chat {
  readonly room: Room
  readonly terminal: Terminal
  /** The number of the oldest message that was printed, or of the first one that will be. */
  oldest: number | undefined
  readonly #client: Parlour
  readonly #ended = Promise.withResolvers<number>()
  #listening: Subscription | undefined
  #pinned: readonly number[] | undefined
  #wasLive = false
  #lines = 0
  #failures = 0
  #isOver = false
  /** Resolves once the room is listened to: no line is done before. */
  #opened = Promise.resolve()
  /** Resolves when the last line is done. */
  #done = Promise.resolve()
  /** The number of lines that wait for the one before. */
  #waiting = 0

  constructor(client: Parlour, name: string, terminal: Terminal) {
    this.#client = client
    this.room = client.room(name)
    this.terminal = terminal
    // Stops if the server refuses the token, because the user asked to read under a name.
    client.onIdentity(() => {
      if (client.lostIdentity) this.#fail(client.lostIdentity.problem)
    })
  }

  /** The name that the user writes under. Undefined for a reader without one. */
  get userName(): string | undefined {
    return this.#client.userName
  }

  /** Listens and takes lines until the user ends it. Resolves with the exit code. Rejects with a `Stop` if the server refuses. */
  run({ last, after }: { last: number; after: number | undefined }): Promise<number> {
    this.#opened = this.#listen(last, after).catch((error) => this.#fail(error))
    this.#done = this.#opened
    this.terminal.read(
      (line) => this.#take(line),
      () => void this.#end(),
    )
    return this.#ended.promise
  }

  async #listen(last: number, after: number | undefined): Promise<void> {
    let from = after
    if (from !== undefined) this.oldest = from + 1
    else if (last > 0) {
      const page = await this.room.page({ limit: last })
      if (this.#isOver) return
      this.printPage(page)
      this.oldest = page.messages[0]?.seq
      from = page.seq
    }
    this.#listening = this.room.subscribe((event) => this.#onEvent(event), {
      ...(from !== undefined && { after: from }),
      onConnection: (connection) => this.#onConnection(connection),
    })
  }

  printPage({ messages }: HistoryPage): void {
    for (const message of messages) this.#print({ type: 'message', ...message })
  }

  #print(event: RoomEvent): void {
    // A newer server may send frames that this script does not know.
    const { data } = serverFrame.safeParse(event)
    if (!data) return
    const at = 'createdAt' in data ? new Date(data.createdAt) : new Date()
    this.terminal.printAt(at, lineOf(data, at, { reader: this.userName, pinned: this.#pinned }))
  }

  #onEvent(event: RoomEvent): void {
    // There is no place for it beside the prompt.
    if (event.type === 'typing' && this.terminal.isInteractive) return
    if (event.type === 'hello') this.oldest ??= event.seq + 1
    this.#print(event)
    if (event.type === 'room') this.#pinned = event.chatroom?.pinned
    if (event.type === 'message' && event.mentions.includes(this.userName ?? '')) this.terminal.ring()
  }

  #onConnection(connection: Connection): void {
    switch (connection.state) {
      case 'live':
        this.#wasLive = true
        void this.#loadPinned()
        break
      case 'waiting': {
        const { reason, until, server } = connection
        const text = `No connection to ${server}: ${reason}.`
        if (this.#wasLive)
          this.terminal.warn(`${text} Trying again in ${((until - Date.now()) / 1000).toFixed(1)} s.`)
        else this.#fail(new Stop(text))
        break
      }
      case 'no room':
      case 'closed':
        if (connection.problem) this.#fail(connection.problem)
        break
      case 'connecting':
      case 'resting':
        break
      default:
        connection satisfies never
    }
  }

  async #loadPinned(): Promise<void> {
    const room = await this.room.show().catch(() => undefined)
    this.#pinned = room?.pinned
  }

  /** Does a line. In a pipe it waits for the line before, whose message it may be about. Nobody who types waits for an answer. */
  #take(line: string): void {
    this.#lines++
    this.#waiting++
    const before = this.terminal.isInteractive ? this.#opened : this.#done
    this.#done = before
      .then(() => {
        if (this.#isOver) return
        this.#waiting--
        return runLine(this, line)
      })
      .catch((error) => {
        this.#failures++
        this.terminal.warn(textOf(error))
      })
  }

  /** Ends after the last line. An empty pipe, such as /dev/null, only means that nobody types. */
  async #end(): Promise<void> {
    if (this.terminal.isInteractive) return this.quit()
    if (this.#lines === 0) return
    await this.#done
    this.quit()
  }

  quit(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#listening?.close()
    this.terminal.close()
    const unsent = this.#waiting + this.room.outbox.filter(({ state }) => state === 'pending').length
    if (unsent > 0) console.error(`Not sent: ${unsent} ${unsent === 1 ? 'line' : 'lines'}.`)
    this.#ended.resolve(unsent > 0 || (!this.terminal.isInteractive && this.#failures > 0) ? 1 : 0)
  }

  #fail(problem: unknown): void {
    this.#isOver = true
    this.#listening?.close()
    this.#ended.reject(stopOf(problem, this.#client.url))
    this.terminal.close()
  }
}
