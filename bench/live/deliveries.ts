const MARKER = Buffer.from(':"#')
const PERSON_DIGITS = 3
const NUMBER_DIGITS = 7
const LENGTH = 60

/** Returns a message text of 60 characters that begins with its sender and a number. */
export const textOf = (person: number, number: number): string =>
  `#${String(person).padStart(PERSON_DIGITS, '0')}${String(number).padStart(NUMBER_DIGITS, '0')} `.padEnd(
    LENGTH,
    'text of a chat message ',
  )

const digitsAt = (data: Buffer, start: number, count: number): number => {
  let number = 0
  for (let i = start; i < start + count; i++) number = number * 10 + (data[i] ?? 0) - 48
  return number
}

/**
 * Calls `take` for each message text in some WebSocket frames, however many messages a frame holds. It searches the bytes, because
 * parsing all JSON would cost the client more than sending costs the server. The head of a frame never contains the marker.
 */
export const readTexts = (data: Buffer, take: (person: number, number: number) => void): void => {
  for (let at = data.indexOf(MARKER); at >= 0; at = data.indexOf(MARKER, at + LENGTH)) {
    const start = at + MARKER.length
    take(digitsAt(data, start, PERSON_DIGITS), digitsAt(data, start + PERSON_DIGITS, NUMBER_DIGITS))
  }
}

/** Checks that each listener gets each message of each person once and in order, and that all get the same order. */
export class Deliveries {
  /** For each listener, the number that is due next from each person. */
  readonly #due: Int32Array[]
  /** For each listener, a hash of all that it got, in its order. */
  readonly #orders: Int32Array
  total = 0

  constructor(people: number) {
    this.#due = Array.from({ length: people }, () => new Int32Array(people))
    this.#orders = new Int32Array(people)
  }

  /** Counts a delivery. Throws unless it is the next one from its sender. */
  take(listener: number, person: number, number: number): void {
    const due = this.#due[listener]
    if (due?.[person] !== number)
      throw new Error(
        `Listener ${listener} got message ${number} of person ${person} when ${due?.[person]} was due`,
      )
    due[person] = number + 1
    const order = Math.imul(this.#orders[listener] ?? 0, 31) + person
    this.#orders[listener] = Math.imul(order, 31) + number
    this.total++
  }

  /** Throws unless all listeners got the same messages in the same order. Call it when everything is delivered. */
  expectSameOrder(): void {
    const different = this.#orders.findIndex((order) => order !== this.#orders[0])
    if (different >= 0)
      throw new Error(`Listener ${different} got the messages in another order than listener 0`)
  }
}
