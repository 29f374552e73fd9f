export type Statements = D1PreparedStatement[]
export type Row = Record<string, string | number | null>
export type Answers = D1Result<Row>[]

type Asking = PromiseWithResolvers<Answers> & { statements: Statements; isTaken: boolean; go: () => void }

/** How long, in milliseconds, somebody waits at most for a round trip that is under way: PostgreSQL's `commit_delay`. */
const DELAY = 5
/** How many go together at most. */
const LARGEST = 16
/** After which nobody's statements are under way any more, in milliseconds. */
const PATIENCE = 30_000

/**
 * A group commit: who asks while a round trip to D1 is under way goes along with the next one, which is one transaction. One fails
 * with all that went along; Parlour would have to ask again for each by itself.
 */
export class GroupCommit {
  readonly #waiting: Asking[] = []
  #underWay = 0

  /** `background` keeps a round trip going when the one who began it is gone. */
  async ask(
    db: D1Database,
    statements: Statements,
    background: (work: Promise<unknown>) => void,
  ): Promise<Answers> {
    const own: Asking = { ...Promise.withResolvers(), statements, isTaken: false, go: () => undefined }
    this.#waiting.push(own)
    if (this.#underWay > 0) await this.#delay(own)
    if (!own.isTaken) {
      background(this.#trip(db))
      return own.promise
    }
    // workerd ends a request as hung that waits for nothing of its own.
    const patience = setTimeout(() => own.reject(new Error('nothing came of it')), PATIENCE)
    try {
      return await own.promise
    } finally {
      clearTimeout(patience)
    }
  }

  async #delay(own: Asking): Promise<void> {
    // One for each who waits: workerd warns of a promise that belongs to a request that is over.
    const { promise, resolve } = Promise.withResolvers<void>()
    own.go = resolve
    const timer = setTimeout(resolve, DELAY)
    await promise
    clearTimeout(timer)
  }

  async #trip(db: D1Database): Promise<void> {
    const group = this.#waiting.splice(0, LARGEST)
    for (const each of group) {
      each.isTaken = true
      each.go()
    }
    this.#underWay++
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
      this.#underWay--
      this.#waiting[0]?.go()
    }
  }
}
