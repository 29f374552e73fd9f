import type { Approval, ServerFrame } from '../contract'
import { MIN_TYPING_MILLISECONDS } from '../contract/typing'
import { type Cost, isWrongStatement, openDatabase } from '../db/client'
import type { FileLinks, MakeLinks } from '../files/links'
import { heldView } from '../held/view'
import { LIVE_ROUTE, record } from '../http/analytics'
import { errorText, log } from '../http/log'
import type { Problem } from '../http/problem'
import { messageNotFound } from '../http/problems'
import type { RequestLimits, Settle } from '../limits/types'
import { entryFrameOf } from '../messages/entry-frames'
import {
  type HeldNow,
  type NewMessage,
  type Sent,
  type Stored,
  sendAgain,
  sendBatch,
} from '../messages/send-message'
import { defaultApproval } from '../rooms/policy'
import type { AccessControl } from './access-control'
import type { Attachment } from './attachment'
import { handleMessage, type QueuedMessage, refusalOf, turnsOf } from './client-frames'
import { closing } from './close-reasons'
import type { Connections } from './connections'
import type { Delivery } from './delivery'
import { FrameQueue, type Turn } from './frame-queue'
import type { NewEntry } from './hub-api'
import { type Mark, Marks } from './marks'
import { parseMessage } from './parse-frames'
import { SendQueue, type Settled } from './send-queue'
import { writeMarks } from './store'
import type { Upkeep } from './upkeep'

type Options = {
  connections: Connections
  delivery: Delivery
  access: AccessControl
  upkeep: Upkeep
  /** Returns the bindings. */
  env: () => {
    DB: D1Database
    IDENTITY: 'open' | 'protected'
    APPROVAL?: string
    ANALYTICS?: AnalyticsEngineDataset
  }
  makeLinks: MakeLinks
  limitsOf: (listener: Attachment) => RequestLimits
  publish: (roomId: number, entries: NewEntry[]) => void
  readUpTo: (roomId: number, seq: number) => void
  tellHeld: (roomId: number, authorId: number, frame: ServerFrame, except: WebSocket) => void
  waitUntil: (work: Promise<void>) => void
}

const toSend = ({ sender, request, frame }: QueuedMessage, now: number, approval: Approval) => {
  const { message: text, replyTo, files, idempotencyKey, after } = frame
  const message: NewMessage = { text, replyTo: replyTo ?? undefined, files, idempotencyKey, after, approval }
  return { sender, request: { ...request, now }, message }
}

/** A message that was sent, with the links of its files. */
type Linked = Sent & { links: FileLinks }

/** Takes what the listeners send. */
export class Incoming {
  readonly #options: Options
  readonly #frames: FrameQueue
  readonly #messages: SendQueue<QueuedMessage, Linked>
  readonly #marks: Marks
  /** When each connection last sent `typing`. */
  readonly #typed = new WeakMap<WebSocket, number>()
  /** The clients that have closed their connection. What they sent before counts. */
  readonly #left = new WeakSet<WebSocket>()

  constructor(options: Options) {
    this.#options = options
    const { connections, waitUntil } = options
    this.#frames = new FrameQueue((socket, answers) => {
      for (const answer of answers) this.#record(answer)
      connections.send(socket, ...answers)
    })
    this.#marks = new Marks({ write: (marks) => this.#writeMarks(marks), waitUntil })
    this.#messages = new SendQueue<QueuedMessage, Linked>({
      sendTogether: (messages) => this.#sendTogether(messages),
      sendAlone: (message) => this.#sendAlone(message),
      mayRepeat: ({ frame }, error) =>
        frame.idempotencyKey !== undefined || (error instanceof Error && isWrongStatement(error)),
      letsOthersJoin: ({ joined }) => joined,
      isWanted: ({ sender }) => connections.get(sender) !== undefined || this.#left.has(sender),
      settle: (settled) => connections.together(() => this.#settle(settled)),
      waitUntil,
    })
  }

  /** Handles a WebSocket message of a client. */
  async receive(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    const { connections } = this.#options
    const message = parseMessage(data)
    const length = typeof data === 'string' ? data.length : data.byteLength
    const handled = this.#frames.add(socket, { count: turnsOf(message), length }, async (turns) => {
      const listener = connections.get(socket)
      // The hub has closed it. Frames that were on their way are dropped.
      if (!listener) {
        for (const turn of turns) turn.end()
        return
      }
      await handleMessage(message, turns, { socket, listener }, this.#toolsFor(socket, listener))
    })
    if (!handled) return connections.close(socket, ...closing('tooMany'))
    await handled
  }

  /** Takes notice that a client closes its connection. */
  leave(socket: WebSocket): void {
    if (this.#options.connections.get(socket)) this.#left.add(socket)
  }

  #toolsFor(socket: WebSocket, listener: Attachment) {
    const { connections, delivery, upkeep, env, limitsOf, waitUntil } = this.#options
    return {
      limits: limitsOf(listener),
      isProtected: env().IDENTITY === 'protected',
      close: (code: number, reason: string) => connections.close(socket, code, reason),
      showTyping: (userName: string) => this.#showTyping(socket, listener, userName),
      present: () => {
        upkeep.closeSilent()
        return connections.present
      },
      mark: (seq: number, wrote: Settle) => {
        const { roomId, user } = listener
        if (user) this.#marks.add({ roomId, userId: user.id, seq: Math.min(seq, delivery.last ?? 0), wrote })
        else wrote(0)
      },
      acknowledge: (seq: number | undefined) => {
        const length = connections.acknowledge(socket, seq)
        waitUntil(delivery.catchUp(socket))
        return length
      },
      store: (messages: QueuedMessage[]) => this.#messages.add(messages),
    }
  }

  /** Tells the others that a user types. Throws the problem that keeps the user from posting. */
  async #showTyping(socket: WebSocket, listener: Attachment, userName: string): Promise<void> {
    const { connections, delivery, access, upkeep } = this.#options
    const now = Date.now()
    if (now - (this.#typed.get(socket) ?? 0) < MIN_TYPING_MILLISECONDS) return
    this.#typed.set(socket, now)
    await access.authorizePost(socket, listener)
    if (connections.get(socket)) connections.broadcast({ type: 'typing', userName }, delivery.last, socket)
    upkeep.expectEntries()
  }

  get #approval(): Approval {
    return defaultApproval(this.#options.env())
  }

  /** Writes the data point of an answer to a frame. */
  #record(answer: ServerFrame): void {
    const [env, point] = [this.#options.env(), { route: LIVE_ROUTE, method: 'frame' }]
    if (answer.type === 'error')
      record(env, 'refusal', {
        ...point,
        detail: answer.problem.type.split('/').at(-1) ?? '',
        status: answer.problem.status,
      })
    if (answer.type === 'sent' && !answer.replayed) record(env, 'send', point)
    if (answer.type === 'held' && !answer.replayed) record(env, 'held', point)
  }

  #recordCost(cost: Cost): void {
    record(this.#options.env(), 'frames', { route: LIVE_ROUTE, method: 'frame', cost })
  }

  #open() {
    return openDatabase(this.#options.env().DB, { bookmark: undefined, reading: false })
  }

  async #writeMarks(marks: Mark[]): Promise<number | undefined> {
    const { db, cost } = this.#open()
    try {
      await writeMarks(db, marks)
    } catch (error) {
      log('warn', 'marks not stored', undefined, { error: errorText(error) })
    }
    return cost.unfinished === 0 ? cost.rowsWritten : undefined
  }

  async #link(sent: Sent): Promise<Linked> {
    return { ...sent, links: await this.#options.makeLinks(sent.row ? [sent.row] : []) }
  }

  async #sendTogether(messages: QueuedMessage[]): Promise<(Linked | Error | 'waits' | undefined)[]> {
    const { db, cost } = this.#open()
    const now = Date.now()
    const results = await sendBatch(
      db,
      messages.map((message) => toSend(message, now, this.#approval)),
    )
    this.#recordCost(cost)
    const stored = messages.filter((_, index) => isStored(results[index]))
    // D1 counts the rows of the whole batch.
    const share = Math.floor(cost.rowsWritten / stored.length)
    for (const [index, { wrote }] of stored.entries())
      wrote(index === 0 ? cost.rowsWritten - share * (stored.length - 1) : share)
    // No message with files is stored here.
    const links = await this.#options.makeLinks([])
    return messages.map((message, index) => {
      const stored = results[index]
      if (stored === 'waits') return stored
      if (stored) return { ...stored, links }
      const refused = earlyReply(message, results.slice(index + 1))
      if (refused) message.wrote(0)
      return refused
    })
  }

  async #sendAlone(queued: QueuedMessage): Promise<Linked> {
    const { db, cost } = this.#open()
    const { request, message } = toSend(queued, Date.now(), this.#approval)
    try {
      return await this.#link(await sendAgain(db, request, message))
    } finally {
      // A failed batch may have written or not. Then the reserved rows stay spent.
      if (cost.unfinished === 0) queued.wrote(cost.rowsWritten)
      this.#recordCost(cost)
    }
  }

  /** Answers the sender of a message that is held, and tells those who moderate. */
  #settleHeld(
    sent: HeldNow & { links: FileLinks },
    sender: WebSocket,
    turn: Turn,
    ref: string | undefined,
  ): void {
    const { id, roomId, chatroom, row, replayed, links } = sent
    const held = row && heldView(chatroom, row, links)
    const frame = { type: 'held', state: 'waiting', id, ...(held && { held }) } as const
    turn.end({ ...frame, ...(ref !== undefined && { ref }), ...(replayed && { replayed }) })
    if (held) this.#options.tellHeld(roomId, held.userId ?? 0, frame, sender)
  }

  /** Answers the senders of messages, and publishes what was stored. */
  #settle(settled: Settled<QueuedMessage, Linked>): void {
    const entries: { roomId: number; entry: NewEntry }[] = []
    for (const [{ frame, sender, turn, wrote }, result] of settled)
      switch (result.outcome) {
        case 'dropped':
          wrote(0)
          turn.end()
          break
        case 'failed': {
          const refusal = refusalOf(result.error, frame.ref)
          turn.end(refusal)
          // It may be stored nevertheless.
          if (refusal.problem.status >= 500) this.#options.waitUntil(this.#options.upkeep.compareNow())
          break
        }
        case 'sent': {
          const { sent } = result
          if (sent.outcome === 'held') {
            this.#settleHeld(sent, sender, turn, frame.ref)
            break
          }
          const { row, roomId, joined, replayed, links } = sent
          turn.end(sentFrame(row.seq, frame.ref, replayed))
          const entry = { frame: entryFrameOf({ ...row, type: 'message', target: null }, links), joined }
          // It was stored before, but the answer may have been lost, and with it the news.
          if (replayed) this.#options.readUpTo(roomId, row.seq)
          else entries.push({ roomId, entry })
        }
      }
    for (const [roomId, group] of Map.groupBy(entries, (each) => each.roomId))
      this.#options.publish(
        roomId,
        group.map(({ entry }) => entry),
      )
  }
}

type BatchResult = Awaited<ReturnType<typeof sendBatch>>[number]
const isStored = (result: BatchResult): result is Stored => result !== undefined && result !== 'waits'

/**
 * Returns the problem of a reply whose original was stored after it in the same batch. Sent again, the reply would be stored, but behind
 * messages that its sender has sent later.
 */
const earlyReply = ({ frame: { replyTo } }: QueuedMessage, later: BatchResult[]): Problem | undefined =>
  replyTo && later.some((sent) => isStored(sent) && sent.row.seq <= replyTo)
    ? messageNotFound(replyTo)
    : undefined

const sentFrame = (seq: number, ref: string | undefined, replayed: boolean): ServerFrame => ({
  type: 'sent',
  seq,
  ...(ref !== undefined && { ref }),
  ...(replayed && { replayed }),
})
