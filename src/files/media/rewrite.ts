import { DamagedFile } from './damaged-file'

/** Returns where in `bytes` something begins, from `from` on. Returns their length if it isn't there. */
export type Find = (bytes: Uint8Array, from: number) => number

/**
 * The next thing that a parser wants. `take` waits for that many bytes, and gives them to the parser, which may change them until it
 * asks for more. The others let bytes pass, or overwrite them with zeros: so many, or all until something begins. Where the
 * file can end, a `take` says so.
 */
type Step =
  | { take: number; canEnd?: boolean }
  | { pass: number }
  | { blank: number }
  | { passTo: Find }
  | { blankTo: Find }

/** Reads a file step by step. Its result says what happens to bytes that follow the end. */
export type Parser = Generator<Step, 'pass' | 'blank', Uint8Array>
/** A part of a parser. */
export type Part<T = void> = Generator<Step, T, Uint8Array>

export function* take(bytes: number): Part<Uint8Array> {
  return yield { take: bytes }
}
export function* pass(bytes: number): Part {
  yield { pass: bytes }
}
export function* blank(bytes: number): Part {
  yield { blank: bytes }
}

/** The most steps of one file. Real files take some thousands; more would only cost time. */
const MAX_STEPS = 100_000

const NOTHING = new Uint8Array()

/** Drives a parser over the chunks of a file, whatever their sizes. Holds at most what one step takes. */
class Rewriter {
  readonly #parser: Parser
  #state: IteratorResult<Step, 'pass' | 'blank'>
  #steps = 0
  /** The bytes that the step still needs. */
  #left = 0
  /** The bytes of a `take` that began in an earlier chunk. */
  #held: Uint8Array | null = null

  constructor(parser: Parser) {
    this.#parser = parser
    this.#state = parser.next()
    this.#begin()
  }

  /** Continues the parser, also over steps that need no bytes. */
  #next(taken: Uint8Array): void {
    this.#state = this.#parser.next(taken)
    this.#begin()
  }

  #begin(): void {
    while (!this.#state.done) {
      this.#steps += 1
      if (this.#steps > MAX_STEPS) throw new DamagedFile('The file has more parts than any program writes.')
      const step = this.#state.value
      this.#left =
        'take' in step
          ? step.take
          : 'pass' in step
            ? step.pass
            : 'blank' in step
              ? step.blank
              : Number.POSITIVE_INFINITY
      if (this.#left > 0) return
      this.#state = this.#parser.next(NOTHING)
    }
  }

  /** Rewrites a chunk, and gives what is complete to `write`. */
  write(chunk: Uint8Array, write: (bytes: Uint8Array) => void): void {
    // A copy, because the caller may still use its own.
    const bytes = new Uint8Array(chunk)
    let at = this.#fillHeld(bytes, write)
    const from = at
    while (at < bytes.length) {
      const reached = this.#advance(bytes, at)
      if (reached === undefined) break
      at = reached
    }
    if (at > from) write(bytes.subarray(from, at))
  }

  /** Adds to a `take` that began earlier. Returns how many bytes of the chunk it used. */
  #fillHeld(bytes: Uint8Array, write: (bytes: Uint8Array) => void): number {
    const held = this.#held
    if (!held) return 0
    const part = bytes.subarray(0, this.#left)
    held.set(part, held.length - this.#left)
    this.#left -= part.length
    if (this.#left === 0) {
      this.#held = null
      this.#next(held)
      write(held)
    }
    return part.length
  }

  /** Does a step in the chunk from `at` on. Returns how far it came, or nothing if it holds the rest of the chunk. */
  #advance(bytes: Uint8Array, at: number): number | undefined {
    if (this.#state.done) {
      if (this.#state.value === 'blank') bytes.fill(0, at)
      return bytes.length
    }
    const step = this.#state.value
    if ('take' in step && at + step.take > bytes.length) {
      const held = new Uint8Array(step.take)
      held.set(bytes.subarray(at))
      this.#left = step.take - (bytes.length - at)
      this.#held = held
      return undefined
    }
    const to =
      'passTo' in step
        ? step.passTo(bytes, at)
        : 'blankTo' in step
          ? step.blankTo(bytes, at)
          : Math.min(at + this.#left, bytes.length)
    if ('blank' in step || 'blankTo' in step) bytes.fill(0, at, to)
    this.#left -= to - at
    const found = ('passTo' in step || 'blankTo' in step) && to < bytes.length
    if (found || this.#left === 0) this.#next('take' in step ? bytes.subarray(at, to) : NOTHING)
    return to
  }

  end(): void {
    const { done, value } = this.#state
    const canEnd = done || ('take' in value && value.canEnd && !this.#held)
    if (!canEnd) throw new DamagedFile('The file is cut off: its end is missing.')
  }
}

/**
 * Returns a stream that gives as many bytes as it gets, changed by a parser. A file that ends before its parser does is a
 * `DamagedFile`.
 */
export const rewriting = (parser: Parser): TransformStream<Uint8Array, Uint8Array> => {
  const rewriter = new Rewriter(parser)
  return new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => rewriter.write(chunk, (bytes) => controller.enqueue(bytes)),
    flush: () => rewriter.end(),
  })
}
