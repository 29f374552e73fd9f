import { en } from './translations/en.ts'
import type { Plural, Translations } from './translations.ts'

/** Each is a file of its own, which only those load who read it. */
const languages: Record<string, () => Promise<Translations>> = {
  ar: async () => (await import('./translations/ar.ts')).ar,
  de: async () => (await import('./translations/de.ts')).de,
  es: async () => (await import('./translations/es.ts')).es,
  ja: async () => (await import('./translations/ja.ts')).ja,
}

/**
 * The words of a language; English, if it isn't known or can't be loaded. Whoever brings strings of their own brings them in the
 * language that they ask for.
 */
export const loadLocalizer = async (wanted: string, own: Partial<Translations> = {}): Promise<Localizer> => {
  const base = wanted.split('-')[0]?.toLowerCase() ?? ''
  let strings = { ...en, ...own }
  try {
    const known = await languages[base]?.()
    strings = { ...en, ...known, ...own }
    return new Localizer(known || base === 'en' || Object.keys(own).length > 0 ? wanted : 'en', strings)
  } catch {
    return new Localizer('en', strings)
  }
}

type Format = (at: string | number) => string

/** What the element says in a language, in dates and numbers too. */
export class Localizer {
  readonly time: Format
  /** With the seconds. */
  readonly exact: Format
  readonly full: Format
  readonly #date: Format
  readonly #relative: Intl.RelativeTimeFormat
  /** The language of the strings, and of dates and numbers. */
  readonly lang: string
  readonly strings: Translations

  /** Throws, if the language is none. */
  constructor(lang: string, strings: Translations) {
    this.lang = lang
    this.strings = strings
    const format = (options: Intl.DateTimeFormatOptions): Format => {
      const { format } = new Intl.DateTimeFormat(lang, options)
      return (at) => format(new Date(at))
    }
    this.time = format({ timeStyle: 'short' })
    this.exact = format({ timeStyle: 'medium' })
    this.full = format({ dateStyle: 'medium', timeStyle: 'short' })
    this.#date = format({ dateStyle: 'full' })
    this.#relative = new Intl.RelativeTimeFormat(lang, { numeric: 'auto' })
  }

  get isRightToLeft(): boolean {
    return /^(ar|fa|he|ur|yi)\b/.test(this.lang)
  }

  with(text: string, what: string): string {
    return text.replace('#', () => what)
  }

  /** A text about so many, in the right form; `what` is said instead of the number. */
  count(text: Plural, count: number, what = this.number(count)): string {
    return this.with(text[new Intl.PluralRules(this.lang).select(count)] ?? text.other, what)
  }

  number(value: number): string {
    return new Intl.NumberFormat(this.lang).format(value)
  }

  /** “today”, “yesterday”, or the date. */
  day(at: string | number, now = Date.now()): string {
    const midnight = (time: string | number) => new Date(time).setHours(0, 0, 0, 0)
    const days = Math.round((midnight(at) - midnight(now)) / 86_400_000)
    return days === 0 || days === -1 ? this.#relative.format(days, 'day') : this.#date(at)
  }

  list(names: readonly string[]): string {
    return new Intl.ListFormat(this.lang).format(names)
  }
}
