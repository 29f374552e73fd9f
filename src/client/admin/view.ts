import { html, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { Listed, ModerationApi } from './moderation-api.ts'

/** What a view may ask of the page that it is on. */
export interface Page {
  readonly desk: ModerationApi
  /** Does something, then shows the view anew and says what was done; or says why not. */
  act(what: () => Promise<unknown>, done: string | (() => string)): Promise<void>
}

/** A list that is loaded page by page, and how it looks. */
export interface Opened {
  /** Begins anew. */
  load(): Promise<void>
  /** Adds the next page; undefined where there is none. */
  readonly more: (() => Promise<void>) | undefined
  show(page: Page): TemplateResult
}

export interface View {
  title: string
  open(desk: ModerationApi): Opened
}

export const listed = <T>(
  load: (path?: string) => Promise<Listed<T>>,
  show: (items: T[], page: Page) => TemplateResult,
): Opened => {
  let list: Listed<T> = { items: [], next: null }
  const more = async (path: string) => {
    const { items, next } = await load(path)
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

/** A list of cards. Each keeps what is unfolded and typed in it, however the others come and go: it is about one person. */
export const cards = <T>(items: T[], keyOf: (item: T) => unknown, show: (item: T) => TemplateResult) =>
  html`<ul class="cards">${repeat(items, keyOf, show)}</ul>`
