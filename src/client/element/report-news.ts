import type { OwnReportList, ReportOutcome } from '../../contract/index.ts'
import { openStorage } from '../storage.ts'
import type { Notices } from './notices.ts'
import { reportsKey } from './reports-key.ts'
import type { ViewContext } from './view-context.ts'

/** The number of reports that a browser remembers: those that were made last. */
const MAX_REPORTS = 50
/** A report is forgotten after this, also when nobody has decided. */
const MAX_MILLISECONDS = 30 * 86_400_000

/** A report that was made in this browser. `at`: when, in milliseconds since 1970. */
type Kept = [chatroom: string, userId: number, seq: number, at: number]

/** The room of the reports. The page may go to another one meanwhile. */
export type ReportSource = Pick<ViewContext, 'activeClient' | 'conversation'>

const isKept = (value: unknown): value is Kept =>
  Array.isArray(value) &&
  ['string', 'number', 'number', 'number'].every((type, i) => typeof value[i] === type)

/**
 * Tells the reader, once, what became of the reports that were made in this browser. Asks the server only for a reader with a token who has
 * made some, once for each connection. Without a token, the reader learns that a message was deleted.
 */
class ReportNews {
  readonly #storage = openStorage('localStorage')
  readonly #key: string
  /** The numbers of the messages that were reported in this room, and the reader who did. */
  #seqs: readonly number[] = []
  #userId: number | undefined
  #connection: unknown
  readonly #context: ViewContext
  readonly #source: ReportSource
  readonly #notices: Notices

  constructor(context: ViewContext, source: ReportSource, notices: Notices) {
    this.#key = reportsKey(source)
    this.#context = context
    this.#source = source
    this.#notices = notices
  }

  #all(): Kept[] {
    return [this.#storage.get(this.#key)].flat().filter(isKept)
  }

  #isHere([chatroom, userId]: Kept): boolean {
    return chatroom === this.#source.conversation.chatroom?.name && userId === this.#userId
  }

  /** Remembers that the reader has reported a message. */
  add(seq: number): void {
    this.follow()
    const { chatroom } = this.#source.conversation
    if (!chatroom || this.#userId === undefined) return
    const report: Kept = [chatroom.name, this.#userId, seq, Date.now()]
    this.#storage.set(this.#key, [...this.#all(), report].slice(-MAX_REPORTS))
    this.#seqs = [...this.#seqs, seq]
  }

  /** Tells what became of a report, and forgets it. */
  #tell(seq: number, outcome: Exclude<ReportOutcome, 'open'>): void {
    if (!this.#seqs.includes(seq)) return
    const { reportDeleted, reportBanned, reportDismissed } = this.#context.localizer.strings
    const texts = { messageDeleted: reportDeleted, authorBanned: reportBanned, dismissed: reportDismissed }
    this.#notices.add(texts[outcome])
    this.#seqs = this.#seqs.filter((each) => each !== seq)
    const isOther = (kept: Kept) => !this.#isHere(kept) || kept[2] !== seq
    this.#storage.set(this.#key, this.#all().filter(isOther))
  }

  async #ask(): Promise<void> {
    const { activeClient, conversation } = this.#source
    const userId = this.#userId
    const { reports } = await activeClient.request<OwnReportList>('GET', '/api/users/me/report?limit=100')
    if (this.#context.conversation !== conversation || this.#userId !== userId) return
    for (const { chatroom, seq, outcome } of reports)
      if (chatroom === conversation.chatroom?.name && outcome !== 'open') this.#tell(seq, outcome)
  }

  /** Looks for news. Is called with each update of the element. */
  follow(): void {
    const { activeClient, conversation } = this.#source
    const { userId, hasToken } = activeClient
    if (!conversation.chatroom) return
    if (this.#userId !== userId) {
      this.#userId = userId
      this.#connection = undefined
      const since = Date.now() - MAX_MILLISECONDS
      const kept = this.#all().filter((each) => this.#isHere(each) && each[3] > since)
      this.#seqs = kept.map(([, , seq]) => seq)
    }
    if (this.#seqs.length === 0) return
    for (const seq of this.#seqs)
      if (conversation.timeline.find(seq)?.deletedAt) this.#tell(seq, 'messageDeleted')
    const { connection } = conversation
    if (!hasToken || connection.state !== 'live' || this.#connection === connection) return
    this.#connection = connection
    this.#ask().catch(() => {})
  }
}

export type { ReportNews }

export const reportNews = (context: ViewContext, source: ReportSource, notices: Notices): ReportNews =>
  new ReportNews(context, source, notices)
