import { en, languages } from './translations/languages.ts'
import type { Plural, Translations } from './translations.ts'

/** Returns a language tag that `Intl` takes: `de_DE.UTF-8` is `de-DE`. Of a tag that is none, its first part may be one. */
const languageTag = (wanted: string): string => {
  const tag = wanted.replace(/[.@].*/, '').replaceAll('_', '-')
  for (const each of [tag, tag.split('-')[0] ?? '']) {
    try {
      return Intl.getCanonicalLocales(each)[0] ?? 'en'
    } catch {}
  }
  return 'en'
}

/**
 * Loads the texts of a language; English, if the element doesn't have it or it can't be loaded. `own` replaces texts, and is in the
 * language that was asked for.
 */
export const loadLocalizer = async (wanted: string, own: Partial<Translations> = {}): Promise<Localizer> => {
  const tag = languageTag(wanted)
  const base = tag.split('-')[0] ?? ''
  const load = Object.hasOwn(languages, base) ? languages[base] : undefined
  // A browser prepares long for its first format of dates. It does so while the texts and the messages are on their way.
  setTimeout(() => new Intl.DateTimeFormat(tag))
  const known = await load?.().catch(() => undefined)
  const hasTexts = known !== undefined || Object.keys(own).length > 0
  return new Localizer(hasTexts ? tag : 'en', { ...(known ?? (await en())).translations, ...own })
}

/** Makes a value when it is first used. A browser takes a millisecond or more to make a formatter. */
const once = <Value>(make: () => Value): (() => Value) => {
  let value: Value | undefined
  return () => {
    value ??= make()
    return value
  }
}

type Format = (at: string | number) => string

/** The texts of the element in one language, with its dates and numbers. */
export class Localizer {
  readonly time: Format
  /** The time with its seconds. */
  readonly exact: Format
  readonly full: Format
  readonly date: Format
  readonly number: (value: number) => string
  readonly #relative: () => Intl.RelativeTimeFormat
  readonly #plurals: () => Intl.PluralRules
  /** The language of the strings, and of dates and numbers. */
  readonly lang: string
  readonly strings: Translations

  constructor(lang: string, strings: Translations) {
    this.lang = lang
    this.strings = strings
    const format = (options: Intl.DateTimeFormatOptions): Format => {
      const formatter = once(() => new Intl.DateTimeFormat(lang, options))
      return (at) => formatter().format(new Date(at))
    }
    this.time = format({ timeStyle: 'short' })
    this.exact = format({ timeStyle: 'medium' })
    this.full = format({ dateStyle: 'medium', timeStyle: 'short' })
    this.date = format({ dateStyle: 'full' })
    const numbers = once(() => new Intl.NumberFormat(lang))
    this.number = (value) => numbers().format(value)
    this.#relative = once(() => new Intl.RelativeTimeFormat(lang, { numeric: 'auto' }))
    this.#plurals = once(() => new Intl.PluralRules(lang))
  }

  get isRightToLeft(): boolean {
    return /^(ar|fa|he|ur|yi)\b/.test(this.lang)
  }

  /** Puts a value in the place of `#`. The result is for a template: a name in it can be an element of its own. */
  insert(text: string, value: unknown): unknown[] {
    const [before, after] = text.split('#')
    return after === undefined ? [text] : [before, value, after]
  }

  /** Returns the text in the form that the language has for this number. */
  pluralForm(text: Plural, count: number): string {
    return text[this.#plurals().select(count)] ?? text.other
  }

  count(text: Plural, count: number): string {
    return this.insert(this.pluralForm(text, count), this.number(count)).join('')
  }

  /** Returns “today”, “yesterday” or the date. */
  day(at: string | number, now = Date.now()): string {
    const midnight = (time: string | number) => new Date(time).setHours(0, 0, 0, 0)
    const days = Math.round((midnight(at) - midnight(now)) / 86_400_000)
    return days === 0 || days === -1 ? this.#relative().format(days, 'day') : this.date(at)
  }

  /** Returns the parts of a list: names, and the words and commas between them. */
  list(names: readonly string[]): { isName: boolean; text: string }[] {
    const parts = new Intl.ListFormat(this.lang).formatToParts(names)
    return parts.map(({ type, value }) => ({ isName: type === 'element', text: value }))
  }
}
