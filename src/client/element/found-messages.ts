import { html, nothing } from 'lit/html.js'
import type { Message } from '../../contract/index.ts'
import { button, error } from './controls.ts'
import { face } from './face.ts'
import { mentionsReader } from './mentions.ts'
import { problemText } from './problem-text.ts'
import { coversLog } from './side-frame.ts'
import { snippetOf } from './snippet.ts'
import type { Entry } from './timeline.ts'
import type { Translations } from './translations.ts'
import type { ViewContext } from './view-context.ts'

/** The number of pages in a row that may be empty before the reader is asked whether to go on. */
const MAX_EMPTY = 5
/** The number of messages on a page. */
const PAGE = 30

type Page = { messages: readonly Message[]; next: string | null }
export type Wanted = { q: string } | { author: string } | { isMention: true }

/** Messages of the room that were looked for, or that mention the reader, newest first, a page at a time. A click on one goes to it. */
export class FoundMessages {
  #messages: Message[] = []
  /** The page that comes next; null after the last one. */
  #next: string | null | undefined
  #problem: string | undefined
  #isLoading = false
  #isStopped = false
  readonly #context: ViewContext
  readonly #wanted: Wanted
  readonly #close: () => void

  /** `close` closes the panel where it covers the log. */
  constructor(context: ViewContext, wanted: Wanted, close: () => void) {
    this.#context = context
    this.#wanted = wanted
    this.#close = close
    void this.#more()
  }

  /** Loads no further page. */
  stop(): void {
    this.#isStopped = true
  }

  async #page(): Promise<Page> {
    const { activeClient, conversation } = this.#context
    if (typeof this.#next === 'string') return activeClient.request<Page>('GET', this.#next)
    const wanted = this.#wanted
    return 'isMention' in wanted
      ? activeClient.mentions({ chatroom: conversation.name, limit: PAGE })
      : activeClient.room(conversation.name).page({ ...wanted, limit: PAGE })
  }

  async #more(): Promise<void> {
    if (this.#isLoading) return
    this.#isLoading = true
    this.#problem = undefined
    this.#context.requestUpdate()
    const { length } = this.#messages
    try {
      for (let pages = 0; pages < MAX_EMPTY && !this.#isStopped && this.#next !== null; pages++) {
        const { messages, next } = await this.#page()
        // An author's messages come oldest first.
        this.#messages.push(...('author' in this.#wanted ? messages.toReversed() : messages))
        this.#next = next
        if (this.#messages.length > length) break
      }
    } catch (refusal) {
      const { strings } = this.#context.localizer
      const isEmpty = 'q' in this.#wanted && (refusal as { status?: number }).status === 400
      this.#problem = isEmpty ? strings.searchWord : problemText(refusal, this.#context)
    }
    this.#isLoading = false
    this.#context.requestUpdate()
  }

  #goTo(seq: number): void {
    if (coversLog(this.#context)) this.#close()
    this.#context.jumps.open({ seq })
  }

  /** Returns the mentions of the reader that have arrived since the list was loaded, newest first. */
  #arrived(): Entry[] {
    const { timeline } = this.#context.conversation
    if (!('isMention' in this.#wanted) || this.#next === undefined) return []
    const newest = this.#messages[0]?.seq ?? 0
    const isNew = (entry: Entry) => entry.seq > newest && mentionsReader(entry, this.#context)
    return timeline.entries.filter(isNew).toReversed()
  }

  #count(shown: number): string {
    const { localizer } = this.#context
    const { strings } = localizer
    if (this.#isLoading) return strings.loading
    if (shown > 0) return 'q' in this.#wanted ? localizer.count(strings.found, shown) : ''
    if (this.#problem !== undefined) return ''
    if (this.#next !== null) return strings.nothingYet
    return 'isMention' in this.#wanted ? strings.noMentions : strings.nothingFound
  }

  /** Renders a small image, and the names of the files where there is no text. */
  #files(message: Entry): unknown {
    if (!message.files?.length) return nothing
    const { files } = this.#context
    if (!files) void this.#context.loadFiles()
    return files?.line(message, message.message ? ' ' : '')
  }

  #result(message: Entry & Pick<Message, 'found'>, strings: Translations): unknown {
    const { seq, userName, bot, avatar, createdAt, found } = message
    return html`<li>
      <button class="result" part="result" @click=${() => this.#goTo(seq)}>
        ${face(userName, avatar)}
        <span class="head"
          ><b dir="auto">${userName ?? strings.nobody}</b
          >${bot ? html`<small class="bot">${strings.bot}</small>` : nothing}<time>${this.#context.localizer.full(createdAt)}</time></span
        >
        <span class="snippet" dir="auto"
          >${this.#files(message)}${snippetOf(message.message ?? '', found).map(({ text, isFound }) => (isFound ? html`<mark>${text}</mark>` : text))}</span
        >
      </button>
    </li>`
  }

  render(): unknown {
    const { conversation, localizer } = this.#context
    const { strings } = localizer
    // A message may have been deleted since.
    const found = [...this.#arrived(), ...this.#messages]
    const shown = found.filter(({ seq }) => conversation.timeline.find(seq)?.message !== null)
    const label = 'q' in this.#wanted ? strings.searchOn : strings.showOlder
    return html`<p class="faint" role="status">${this.#count(shown.length)}</p>
      <ol part="results">
        ${shown.map((message) => this.#result(message, strings))}
      </ol>
      ${error(this.#problem)}
      ${
        this.#problem !== undefined && this.#next === undefined
          ? button(strings.retry, () => this.#more(), 'retry')
          : this.#next && !this.#isLoading
            ? button(label, () => this.#more(), 'search-on')
            : nothing
      }`
  }
}
