import type { Message, MessageBody } from '../contract/index.ts'
import { backOff, wait } from './back-off.ts'
import { isTemporary, ParlourError } from './error.ts'
import { isSamePerson, type Person, parsePerson } from './identity.ts'
import { fieldsOf } from './json.ts'
import type { Session } from './session.ts'
import { openStorage } from './storage.ts'
import type { Sending } from './types.ts'

/** A server that answers, and refuses this often, is not going to take it. A network may be away for as long as it likes. */
const TRIES = 8
/** Who is told to wait longer than this is to know. */
const LONGEST_RETRY_SECONDS = 60

/** As long as a try may take; under its key the message can be sent again, whatever became of it. */
const TRY_MILLISECONDS = 20_000

/** What is kept of a message on its way. `as` has written it: nobody else may say it. */
type Kept = { key: string; text: string; at: number; as: Person | undefined; failed?: boolean }

const parseKept = (stored: unknown): Kept[] => {
  const { key, text, at, as, failed } = fieldsOf(stored)
  if (typeof key !== 'string' || typeof text !== 'string' || typeof at !== 'number') return []
  return [{ key, text, at, as: parsePerson(as), ...(failed === true && { failed }) }]
}

/** `crypto.randomUUID` is not there for pages without TLS. */
const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )

class Letter implements Sending {
  kept: Kept
  state: Sending['state']
  message?: Message
  problem?: Error
  done!: Promise<Message>
  settle!: { resolve: (message: Message) => void; reject: (error: Error) => void }
  readonly #outbox: Outbox

  constructor(outbox: Outbox, kept: Kept) {
    this.#outbox = outbox
    this.kept = kept
    this.state = kept.failed ? 'failed' : 'pending'
    this.#open()
  }

  #open(): void {
    this.done = new Promise((resolve, reject) => {
      this.settle = { resolve, reject }
    })
    // Whoever wants to hear of a failure listens; nobody has to.
    this.done.catch(() => undefined)
  }

  get key(): string {
    return this.kept.key
  }
  get text(): string {
    return this.kept.text
  }
  get at(): number {
    return this.kept.at
  }

  retry(): void {
    if (this.state !== 'failed') return
    this.state = 'pending'
    delete this.problem
    this.#open()
    this.#outbox.again(this)
  }

  discard(): void {
    this.#outbox.discard(this)
  }
}

/** A room's messages on their way: in the order in which they were written, one at a time, each under a key of its own. */
export class Outbox {
  readonly #session: Session
  readonly #path: string
  /** Of the tab: another tab has its own, and a reload finds this one again. */
  readonly #memory = openStorage('sessionStorage')
  readonly #key: string
  readonly #watchers = new Set<() => void>()
  #letters: Letter[]
  #isSending = false
  #interrupt = new AbortController()

  constructor(session: Session, path: string) {
    this.#session = session
    this.#path = path
    this.#key = `parlour ${session.url}${path}`
    const stored = this.#memory.get(this.#key)
    const kept = Array.isArray(stored) ? stored.flatMap(parseKept) : []
    this.#letters = kept.map((each) => new Letter(this, each))
    session.identity.watch(() => void this.#send())
    void this.#send()
  }

  get letters(): readonly Sending[] {
    return this.#letters
  }

  watch(changed: () => void): () => void {
    this.#watchers.add(changed)
    return () => this.#watchers.delete(changed)
  }

  #changed(): void {
    this.#memory.set(this.#key, this.#letters.length > 0 ? this.#letters.map(({ kept }) => kept) : undefined)
    for (const changed of this.#watchers) changed()
  }

  get #person(): Person | undefined {
    const { current } = this.#session.identity
    return current && parsePerson(current)
  }

  add(text: string): Sending {
    const letter = new Letter(this, { key: newKey(), text, at: Date.now(), as: this.#person })
    this.#letters = [...this.#letters, letter]
    this.#changed()
    void this.#send()
    return letter
  }

  again(letter: Letter): void {
    // The same person's second try is the same message; somebody else's would be one more.
    const as = this.#person
    const { key } = isSamePerson(letter.kept.as, as) ? letter.kept : { key: newKey() }
    letter.kept = { key, text: letter.text, at: letter.at, as }
    this.#changed()
    void this.#send()
  }

  discard(letter: Letter): void {
    if (!this.#letters.includes(letter)) return
    this.#letters = this.#letters.filter((each) => each !== letter)
    letter.settle.reject(new Error('The message was discarded.'))
    this.#interrupt.abort()
    this.#changed()
  }

  async #send(): Promise<void> {
    if (this.#isSending) return
    this.#isSending = true
    for (let letter = this.#first(); letter; letter = this.#first()) await this.#deliver(letter)
    this.#isSending = false
  }

  /** The next to go; what somebody wrote before a reload waits until somebody is signed in again. */
  #first(): Letter | undefined {
    const isNobody = this.#person === undefined
    return this.#letters.find(({ state, kept }) => state === 'pending' && !(isNobody && kept.as))
  }

  #fail(letter: Letter, problem: Error): void {
    letter.state = 'failed'
    letter.problem = problem
    letter.kept = { ...letter.kept, failed: true }
    letter.settle.reject(problem)
    this.#changed()
  }

  /** Tries until the message is stored, or is not going to be. */
  async #deliver(letter: Letter): Promise<void> {
    for (let failures = 0; this.#letters.includes(letter); failures++) {
      if (!isSamePerson(letter.kept.as, this.#person))
        return this.#fail(letter, new Error(`Written as ${letter.kept.as?.userName ?? 'nobody'}.`))
      try {
        letter.message = await this.#session.request<Message>(
          'POST',
          this.#path,
          { message: letter.text } satisfies MessageBody,
          {
            isNamed: true,
            headers: { 'Idempotency-Key': letter.key },
            signal: AbortSignal.timeout(TRY_MILLISECONDS),
          },
        )
        letter.state = 'sent'
        this.#letters = this.#letters.filter((each) => each !== letter)
        letter.settle.resolve(letter.message)
        return this.#changed()
      } catch (error) {
        const refusal = error instanceof ParlourError ? error : undefined
        const seconds = refusal?.retryAfterSeconds ?? 0
        const isOver = refusal && (failures + 1 >= TRIES || seconds > LONGEST_RETRY_SECONDS)
        if (isOver || !isTemporary(error)) return this.#fail(letter, error as Error)
        this.#interrupt = new AbortController()
        await wait(this.#interrupt.signal, Math.max(backOff(failures), seconds * 1000))
      }
    }
  }
}
