import type { HeldMessage, SiteReport } from '../../contract/index.ts'
import type { ListPage } from './moderation-api.ts'
import type { SiteApi } from './site-api.ts'
import { followPages } from './view.ts'

/** A report, or a message that waits for approval. */
export type Item = { key: string; createdAt: string } & ({ report: SiteReport } | { held: HeldMessage })

const PAGE = 30
/** The most items of a page that the server returns. */
const MAX_PAGE = 100

type List = {
  load: (url: string) => Promise<ListPage<Item>>
  path: string
  items: Item[]
  next: string | null
}

const mapped =
  <T>(load: (url: string) => Promise<ListPage<T>>, itemOf: (row: T) => Item) =>
  async (url: string): Promise<ListPage<Item>> => {
    const { items, next } = await load(url)
    return { items: items.map(itemOf), next }
  }

const newestFirst = (one: { createdAt: string }, other: { createdAt: string }) =>
  one.createdAt < other.createdAt ? 1 : one.createdAt > other.createdAt ? -1 : 0

/** The reports and the messages that wait for approval in all rooms, as one list, the newest first. */
export class InboxList {
  readonly #lists: List[]

  constructor(api: SiteApi) {
    const empty = { items: [], next: null }
    const ofReport = (report: SiteReport): Item => {
      return { key: `report/${report.chatroom}/${report.id}`, createdAt: report.createdAt, report }
    }
    const ofHeld = (held: HeldMessage): Item => {
      return { key: `held/${held.id}`, createdAt: held.createdAt, held }
    }
    this.#lists = [
      { ...empty, path: '/api/admin/report', load: mapped(api.reports, ofReport) },
      { ...empty, path: '/api/admin/held', load: mapped(api.held, ofHeld) },
    ]
  }

  /** The list whose loaded part ends first. What the others have behind that waits for its next page. */
  get #shortest(): List | undefined {
    const [first] = this.#lists
      .flatMap((list) => (list.next === null ? [] : { list, createdAt: list.items.at(-1)?.createdAt ?? '' }))
      .sort(newestFirst)
    return first?.list
  }

  get items(): Item[] {
    const end = this.#shortest?.items.at(-1)?.createdAt ?? ''
    return this.#lists
      .flatMap(({ items }) => items)
      .filter(({ createdAt }) => createdAt >= end)
      .sort(newestFirst)
  }

  /** Loads the list again, with as many items as it had, and at most 100 of each kind. */
  async load(): Promise<void> {
    const load = async (list: List) => {
      const limit = Math.min(Math.max(list.items.length, PAGE), MAX_PAGE)
      Object.assign(list, await followPages(list.load, `${list.path}?limit=${limit}`))
    }
    await Promise.all(this.#lists.map(load))
  }

  /** Loads the next page. Undefined at the end of the list. */
  get more(): (() => Promise<void>) | undefined {
    const list = this.#shortest
    const url = list?.next
    if (!list || !url) return undefined
    return async () => {
      const { items, next } = await followPages(list.load, url)
      Object.assign(list, { items: [...list.items, ...items], next })
    }
  }
}
