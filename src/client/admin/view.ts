import { html, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { ListPage, ModerationApi } from './moderation-api.ts'

/** The part of the page that its views use. */
export interface Page {
  readonly api: ModerationApi
  /** Runs an action, loads the view again and shows the text `done`, or why the action failed. */
  act(action: () => Promise<unknown>, done: string | (() => string)): Promise<void>
}

/** A list that is loaded page by page. */
export interface OpenedList {
  /** Loads the first page. */
  load(): Promise<void>
  /** Loads the next page. Undefined at the end of the list. */
  readonly more: (() => Promise<void>) | undefined
  show(page: Page): TemplateResult
}

export interface View {
  title: string
  open(api: ModerationApi): OpenedList
}

export const openList = <T>(
  load: (url?: string) => Promise<ListPage<T>>,
  show: (items: T[], page: Page) => TemplateResult,
): OpenedList => {
  let list: ListPage<T> = { items: [], next: null }
  const more = async (url: string) => {
    const { items, next } = await load(url)
    list = { items: [...list.items, ...items], next }
  }
  return {
    async load() {
      list = await load()
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
