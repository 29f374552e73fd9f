import { html, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { ListPage, ModerationApi } from './moderation-api.ts'

/** The actions that the page offers to its views. */
export interface Actions {
  /**
   * Runs an action, loads the view again and shows the text `done`, or why the action failed. `then` follows when it was loaded. Returns whether
   * the action succeeded.
   */
  act(
    action: () => Promise<unknown>,
    done: string | (() => string),
    then?: () => Promise<void>,
  ): Promise<boolean>
  /** Runs an action, and shows why it failed. Ignores other actions until it has ended. */
  run(action: () => Promise<unknown>): Promise<boolean>
  /** Shows what has changed. */
  redraw(): void
}

/** The part of the page that the views of one room use. */
export interface Page extends Actions {
  readonly api: ModerationApi
}

/** A view that the page shows under one address. */
export interface OpenedView {
  readonly title: string
  /** Loads it, or loads it again. */
  load(): Promise<void>
  /** Loads the next page of its list. Undefined at the end of the list. */
  readonly more?: (() => Promise<void>) | undefined
  show(actions: Actions): TemplateResult
  /** Does what a key stands for. Returns whether it stands for anything. */
  key?(key: string, actions: Actions): boolean
  /** Loads what is new, if the view shows what others add. */
  refresh?(): Promise<void>
}

/** A list that is loaded page by page. */
export interface OpenedList<Its = Page> {
  load(): Promise<void>
  readonly more: (() => Promise<void>) | undefined
  show(page: Its): TemplateResult
}

/** A view of one room. */
export interface View {
  title: string
  open(api: ModerationApi): OpenedList
}

/** A page without items that leads on: the server has looked at some, and found nothing. So many of them are followed at once. */
const MAX_EMPTY_PAGES = 20

/** Loads a page that has items, or the last one. */
export const followPages = async <T, Url extends string | undefined>(
  load: (url: Url | string) => Promise<ListPage<T>>,
  url: Url,
): Promise<ListPage<T>> => {
  let page = await load(url)
  for (let pages = 0; page.items.length === 0 && page.next !== null && pages < MAX_EMPTY_PAGES; pages++)
    page = await load(page.next)
  return page
}

export const openList = <T, Its = Page>(
  load: (url?: string) => Promise<ListPage<T>>,
  show: (items: T[], page: Its) => TemplateResult,
): OpenedList<Its> => {
  let list: ListPage<T> = { items: [], next: null }
  const more = async (url: string) => {
    const { items, next } = await followPages<T, string | undefined>(load, url)
    list = { items: [...list.items, ...items], next }
  }
  return {
    async load() {
      list = await followPages<T, string | undefined>(load, undefined)
    },
    get more() {
      const { next } = list
      return next === null ? undefined : () => more(next)
    },
    show: (page) => show(list.items, page),
  }
}

/** Returns a list of cards. Each keeps what is opened and typed in it when others are added or removed. */
export const cards = <T>(items: T[], keyOf: (item: T) => unknown, show: (item: T) => TemplateResult) =>
  html`<ul class="cards">${repeat(items, keyOf, show)}</ul>`
