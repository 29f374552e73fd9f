import { expect, it } from 'vitest'
import { SendQueue } from '../../src/live/send-queue'
import fc from '../support/properties.ts'

type Sender = { name: string } & WebSocket
type Message = { sender: Sender; id: number; hasKey: boolean; isRefused: boolean; isAlone: boolean }

/** The messages of a sender, and how each batch and each single send goes. */
const messages = fc.array(
  fc.record({
    sender: fc.nat(3),
    hasKey: fc.boolean(),
    isRefused: fc.boolean(),
    isAlone: fc.nat(5),
    pause: fc.nat(3),
  }),
  { maxLength: 150 },
)
const goes = fc.infiniteStream(
  fc.oneof({ weight: 6, arbitrary: fc.constant('well') }, fc.constantFrom('fails', 'is lost')),
)
const disconnected = fc.option(fc.nat(3))

type Sent = { id: number }

/** A database where a sender's first message stores nothing unless it is sent alone, as with one who has to become a member. */
const database = (next: () => string) => {
  const log: Message[] = []
  const members = new Set<Sender>()
  const batches: number[] = []
  let running = 0
  const isKnown = (message: Message) => message.hasKey && log.includes(message)
  const store = (message: Message): Sent | undefined => {
    if (message.isRefused || isKnown(message)) return undefined
    log.push(message)
    return { id: message.id }
  }
  /** Stores a batch. A message that must be sent alone is stored by none, and its sender's later ones wait for it. */
  const storeTogether = (batch: Message[]) => {
    const waiting = new Set<Sender>()
    return batch.map((message, index) => {
      const { sender, isAlone } = message
      if (isAlone) waiting.add(sender)
      const isFirst = batch.findIndex((other) => other.sender === sender) === index
      if (waiting.has(sender)) return isFirst ? undefined : ('waits' as const)
      return members.has(sender) ? store(message) : undefined
    })
  }
  /** Does something as the next step of `goes` says. */
  const ask = async <Answer>(act: () => Answer): Promise<Answer> => {
    const step = next()
    await Promise.resolve()
    if (step === 'fails') throw new Error('failed')
    const answer = act()
    await Promise.resolve()
    if (step === 'is lost') throw new Error('lost')
    return answer
  }
  return {
    log,
    batches,
    sendTogether: async (batch: Message[]) => {
      expect(++running).toBe(1)
      batches.push(batch.length)
      return ask(() => storeTogether(batch)).finally(() => running--)
    },
    sendAlone: (message: Message) =>
      ask(() => {
        if (message.isRefused) throw new Error('refused')
        members.add(message.sender)
        return store(message) ?? { id: message.id }
      }),
  }
}

it('a queue settles each message once, stores it at most once, and keeps those of one sender in order', async () => {
  await fc.assert(
    fc.asyncProperty(messages, goes, disconnected, async (given, steps, leaver) => {
      const senders = [0, 1, 2, 3].map((index) => ({ name: `${index}` }) as Sender)
      const { log, batches, sendTogether, sendAlone } = database(() => steps.next().value)
      const settled = new Map<Message, string>()
      const work: Promise<void>[] = []
      let hasLeft = false
      const queue = new SendQueue<Message, Sent>({
        sendTogether,
        sendAlone,
        mayRepeat: ({ hasKey }) => hasKey,
        letsOthersJoin: ({ id }) => id % 2 === 0,
        isWanted: ({ sender }) => !(hasLeft && sender === senders[leaver ?? -1]),
        settle: (all) => {
          for (const [message, { outcome }] of all) {
            expect(settled.has(message)).toBe(false)
            settled.set(message, outcome)
          }
        },
        waitUntil: (promise) => work.push(promise),
      })
      const all: Message[] = []
      for (const [id, { sender, hasKey, isRefused, isAlone, pause }] of given.entries()) {
        const message = { id, hasKey, isRefused, isAlone: isAlone === 0, sender: senders[sender] as Sender }
        all.push(message)
        queue.add([message])
        for (let i = 0; i < pause; i++) await Promise.resolve()
        hasLeft ||= id > 20
      }
      while (settled.size < all.length) await Promise.resolve()
      for (const promise of work) await promise

      expect(Math.max(0, ...batches)).toBeLessThanOrEqual(64)
      expect(new Set(log).size).toBe(log.length)
      for (const [message, outcome] of settled) {
        if (outcome === 'sent') expect(log).toContain(message)
        if (outcome === 'dropped')
          expect([senders[leaver ?? -1], log.includes(message)]).toEqual([message.sender, false])
      }
      for (const sender of senders) {
        const own = log.filter((message) => message.sender === sender).map(({ id }) => id)
        expect(own).toEqual([...own].sort((a, b) => a - b))
      }
    }),
    { numRuns: 500 },
  )
})
