import { type Localizer, loadLocalizer } from './localize.ts'
import { inheritedAttribute } from './page.ts'
import type { Translations } from './translations.ts'

/** The delay before the texts are loaded again after that has failed. */
const RETRY_MILLISECONDS = 3000

/** Loads the texts of the element in the language of the page. */
export class Language {
  /** Texts that replace those of the language. */
  #strings: Partial<Translations> | undefined
  /** The language whose texts are loaded or on their way. */
  #lang: string | undefined
  readonly #element: Element
  readonly #loaded: (localizer: Localizer) => void

  constructor(element: Element, loaded: (localizer: Localizer) => void) {
    this.#element = element
    this.#loaded = loaded
  }

  get strings(): Partial<Translations> | undefined {
    return this.#strings
  }
  set strings(strings: Partial<Translations> | undefined) {
    this.#strings = strings
    this.#lang = undefined
  }

  /** Loads the texts if the page has another language now. */
  update(): void {
    const lang = inheritedAttribute(this.#element, 'lang') || navigator.language
    if (lang !== this.#lang) void this.#load(lang)
  }

  async #load(lang: string): Promise<void> {
    this.#lang = lang
    const localizer = await loadLocalizer(lang, this.#strings).catch(() => undefined)
    if (lang !== this.#lang) return
    if (localizer) this.#loaded(localizer)
    else setTimeout(() => void (lang === this.#lang && this.#load(lang)), RETRY_MILLISECONDS)
  }
}
