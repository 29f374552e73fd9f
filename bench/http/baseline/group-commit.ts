export type Statements = D1PreparedStatement[]
export type Row = Record<string, string | number | null>
export type Answers = D1Result<Row>[]

type Waiting = PromiseWithResolvers<Answers> & { statements: Statements; isSent: boolean; wake: () => void }

/** The longest wait for a running round trip, like PostgreSQL's `commit_delay`. */
const DELAY_MILLISECONDS = 5
const MAX_GROUP_SIZE = 16
const TIMEOUT_MILLISECONDS = 30_000

/**
 * A group commit: requests that come during a round trip to D1 share the next one, which is one transaction. If one fails,
 * the whole group fails; Parlour would have to repeat each of them alone.
 */
export class GroupCommit {
  readonly #waiting: Waiting[] = []
  #running = 0

  /** Runs the statements. `background` keeps a round trip alive after the request that started it has ended. */
  async run(
    db: D1Database,
    statements: Statements,
    background: (work: Promise<unknown>) => void,
  ): Promise<Answers> {
    const own: Waiting = { ...Promise.withResolvers(), statements, isSent: false, wake: () => undefined }
    this.#waiting.push(own)
    if (this.#running > 0) await this.#delay(own)
    if (!own.isSent) {
      background(this.#roundTrip(db))
      return own.promise
    }
    // workerd cancels a request that waits only for the promise of another request, so this one sets a timer.
    const timeout = setTimeout(
      () => own.reject(new Error('the group commit timed out')),
      TIMEOUT_MILLISECONDS,
    )
    try {
      return await own.promise
    } finally {
      clearTimeout(timeout)
    }
  }

  async #delay(own: Waiting): Promise<void> {
    // Each request has a promise of its own: workerd warns about a promise of a request that has ended.
    const { promise, resolve } = Promise.withResolvers<void>()
    own.wake = resolve
    const timer = setTimeout(resolve, DELAY_MILLISECONDS)
    await promise
    clearTimeout(timer)
  }

  async #roundTrip(db: D1Database): Promise<void> {
    const group = this.#waiting.splice(0, MAX_GROUP_SIZE)
    for (const each of group) {
      each.isSent = true
      each.wake()
    }
    this.#running++
    try {
      const answers = await db.batch<Row>(group.flatMap(({ statements }) => statements))
      let at = 0
      for (const { statements, resolve } of group) {
        resolve(answers.slice(at, at + statements.length))
        at += statements.length
      }
    } catch (error) {
      for (const each of group) each.reject(error)
    } finally {
      this.#running--
      this.#waiting[0]?.wake()
    }
  }
}
