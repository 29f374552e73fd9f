/** The most messages that are stored in one round trip. */
const MAX_BATCH_MESSAGES = 64

/** A message that waits to be stored. `sender` is the socket that it came by. */
type Waiting = { sender: WebSocket }

type Outcome<Sent> =
  | { outcome: 'sent'; sent: Sent }
  | { outcome: 'failed'; error: unknown }
  /** Its sender was disconnected before it was sent. */
  | { outcome: 'dropped' }

/** Messages, and what has become of each. */
export type Settled<Message, Sent> = [message: Message, outcome: Outcome<Sent>][]

type Options<Message, Sent> = {
  /**
   * Stores messages in one round trip, in their order. Gives for each that was not stored an error if it must not be sent again, `waits` if it
   * belongs into a later batch, after its sender's earlier messages, and undefined if it must be sent by itself.
   */
  sendTogether: (messages: Message[]) => Promise<(Sent | Error | 'waits' | undefined)[]>
  /** Stores one message, or throws the reason why not. */
  sendAlone: (message: Message) => Promise<Sent>
  /** Returns whether a message of a batch that failed may be sent again without the risk to store it twice. */
  mayRepeat: (message: Message, error: unknown) => boolean
  /** Returns whether the sender's later messages need not be sent by themselves, now that this one is stored. */
  letsOthersJoin: (sent: Sent) => boolean
  /** Returns whether a message is still to be sent. */
  isWanted: (message: Message) => boolean
  /** Called with what has become of messages; with stored ones in the order of their numbers. */
  settle: (settled: Settled<Message, Sent>) => void
  waitUntil: (work: Promise<void>) => void
}

/**
 * Stores the messages that come by the sockets of a room. Those that come while a batch is under way are the next batch; a
 * message that comes alone is stored at once. A message that the batch did not store is sent again by itself, and the later ones of its sender wait for it. So the messages
 * of one sender stay in order, and nobody waits for those of another that are refused.
 */
export class SendQueue<Message extends Waiting, Sent extends object> {
  readonly #options: Options<Message, Sent>
  #waiting: Message[] = []
  /** The senders of messages that are being sent by themselves. */
  readonly #held = new Set<WebSocket>()
  #isRunning = false

  constructor(options: Options<Message, Sent>) {
    this.#options = options
  }

  add(messages: Message[]): void {
    this.#waiting.push(...messages)
    this.#start()
  }

  #start(): void {
    if (this.#isRunning || this.#waiting.length === 0) return
    this.#isRunning = true
    this.#options.waitUntil(this.#run())
  }

  async #run(): Promise<void> {
    for (let batch = this.#take(); batch.length > 0; batch = this.#take()) await this.#send(batch)
    this.#isRunning = false
  }

  /** Takes the messages of the next batch. */
  #take(): Message[] {
    const batch: Message[] = []
    const rest: Message[] = []
    const dropped: Message[] = []
    for (const message of this.#waiting) {
      if (batch.length === MAX_BATCH_MESSAGES || this.#held.has(message.sender)) rest.push(message)
      else (this.#options.isWanted(message) ? batch : dropped).push(message)
    }
    this.#waiting = rest
    if (dropped.length > 0) this.#options.settle(dropped.map((message) => [message, { outcome: 'dropped' }]))
    return batch
  }

  async #send(batch: Message[]): Promise<void> {
    const { sendTogether, mayRepeat, settle } = this.#options
    try {
      const results = await sendTogether(batch)
      const settled: Settled<Message, Sent> = []
      const others: Message[] = []
      const postponed: Message[] = []
      for (const [index, message] of batch.entries()) {
        const sent = results[index]
        if (sent === undefined) others.push(message)
        else if (sent === 'waits') postponed.push(message)
        else if (sent instanceof Error) settled.push([message, { outcome: 'failed', error: sent }])
        else settled.push([message, { outcome: 'sent', sent }])
      }
      settle(settled)
      this.#waiting.unshift(...postponed)
      this.#sendOneByOne(others, true)
    } catch (error) {
      const isRepeated = (message: Message) => batch.length > 1 && mayRepeat(message, error)
      const failed = batch.filter((message) => !isRepeated(message))
      settle(failed.map((message) => [message, { outcome: 'failed', error }]))
      this.#sendOneByOne(batch.filter(isRepeated), false)
    }
  }

  /** Sends messages by themselves, those of each sender in order. Meanwhile the later ones of these senders wait. */
  #sendOneByOne(messages: Message[], rejoins: boolean): void {
    for (const [sender, own] of Map.groupBy(messages, (message) => message.sender)) {
      this.#held.add(sender)
      this.#options.waitUntil(this.#sendOwn(sender, own, rejoins))
    }
  }

  /** `rejoins`: the rest may go into a batch again, such as when the sender has become a member by the first. */
  async #sendOwn(sender: WebSocket, own: Message[], rejoins: boolean): Promise<void> {
    const left = [...own]
    for (let message = left.shift(); message; message = left.shift()) {
      const outcome = await this.#sendAlone(message)
      this.#options.settle([[message, outcome]])
      if (rejoins && outcome.outcome === 'sent' && this.#options.letsOthersJoin(outcome.sent)) break
    }
    this.#waiting.unshift(...left)
    this.#held.delete(sender)
    this.#start()
  }

  async #sendAlone(message: Message): Promise<Outcome<Sent>> {
    const { isWanted, sendAlone } = this.#options
    if (!isWanted(message)) return { outcome: 'dropped' }
    try {
      return { outcome: 'sent', sent: await sendAlone(message) }
    } catch (error) {
      return { outcome: 'failed', error }
    }
  }
}
