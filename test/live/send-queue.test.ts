import { expect, it } from 'vitest'
import { SendQueue } from '../../src/live/send-queue'
import fc from '../support/properties.ts'

type Sender = { name: string } & WebSocket
type Message = { sender: Sender; id: number; hasKey: boolean; isRefused: boolean }

/** The messages of a sender, and how each batch and each single send goes. */
const messages = fc.array(
  fc.record({ sender: fc.nat(3), hasKey: fc.boolean(), isRefused: fc.boolean(), pause: fc.nat(3) }),
  { maxLength: 150 },
)
const goes = fc.infiniteStream(
  fc.oneof({ weight: 6, arbitrary: fc.constant('well') }, fc.constantFrom('fails', 'is lost')),
)
const disconnected = fc.option(fc.nat(3))

/** A database where a sender's first message stores nothing unless it is sent alone, as with one who has to become a member. */
const database = (next: () => string) => {
  const log: Message[] = []
  const members = new Set<Sender>()
  const batches: number[] = []
  let running = 0
  const isKnown = (message: Message) => message.hasKey && log.includes(message)
  const store = (message: Message) => {
    if (message.isRefused || isKnown(message)) return undefined
    log.push(message)
    return message.id
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
      return ask(() =>
        batch.map((message) => (members.has(message.sender) ? store(message) : undefined)),
      ).finally(() => running--)
    },
    sendAlone: (message: Message) =>
      ask(() => {
        if (message.isRefused) throw new Error('refused')
        members.add(message.sender)
        return store(message) ?? message.id
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
      const queue = new SendQueue<Message, number>({
        sendTogether,
        sendAlone,
        mayRepeat: ({ hasKey }) => hasKey,
        letsOthersJoin: (id) => id % 2 === 0,
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
      for (const [id, { sender, hasKey, isRefused, pause }] of given.entries()) {
        const message = { id, hasKey, isRefused, sender: senders[sender] as Sender }
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
