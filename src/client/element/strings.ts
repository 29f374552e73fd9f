import { en } from './languages/en.ts'

/** One text for each plural form that the language has; `#` is the number, or what else goes in. */
export type Plural = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>

type Simple =
  | 'messages'
  | 'write'
  | 'send'
  | 'empty'
  | 'older'
  | 'new'
  | 'connecting'
  | 'offline'
  | 'lost'
  | 'banned'
  | 'bannedUntil'
  | 'deleted'
  | 'archived'
  | 'pending'
  | 'failed'
  | 'retry'
  | 'edit'
  | 'edited'
  | 'save'
  | 'cancel'
  | 'remove'
  | 'removeAsk'
  | 'removed'
  | 'report'
  | 'reason'
  | 'reported'
  | 'nobody'
  | 'you'
  | 'nameAsk'
  | 'taken'
  | 'thatsMe'
  | 'change'
  | 'forget'

/** Everything the element says. */
export type Strings = Record<Simple, string> & Record<'unread' | 'here' | 'typing', Plural>

/** Each is a file of its own, which only those load who read it. */
const languages: Record<string, () => Promise<Strings>> = {
  ar: async () => (await import('./languages/ar.ts')).ar,
  de: async () => (await import('./languages/de.ts')).de,
  es: async () => (await import('./languages/es.ts')).es,
  ja: async () => (await import('./languages/ja.ts')).ja,
}

/**
 * The words of a language; English, if it isn't known or can't be loaded. Whoever brings strings of their own brings them in the
 * language that they ask for.
 */
export const wordsOf = async (wanted: string, own: Partial<Strings> = {}): Promise<Words> => {
  const base = wanted.toLowerCase().split('-')[0] ?? ''
  const known = await languages[base]?.().catch(() => undefined)
  const isSpoken = known || base === 'en' || Object.keys(own).length > 0
  return new Words(isSpoken && isLocale(wanted) ? wanted : 'en', { ...en, ...known, ...own })
}

/** What the element says in a language, in dates and numbers too. */
export class Words {
  /** The language of the strings, and of dates and numbers. */
  readonly lang: string
  readonly strings: Strings
  readonly #time: Intl.DateTimeFormat
  readonly #day: Intl.DateTimeFormat
  readonly #full: Intl.DateTimeFormat
  readonly #relative: Intl.RelativeTimeFormat

  constructor(lang: string, strings: Strings) {
    this.lang = lang
    this.strings = strings
    this.#time = new Intl.DateTimeFormat(this.lang, { timeStyle: 'short' })
    this.#day = new Intl.DateTimeFormat(this.lang, { dateStyle: 'full' })
    this.#full = new Intl.DateTimeFormat(this.lang, { dateStyle: 'medium', timeStyle: 'short' })
    this.#relative = new Intl.RelativeTimeFormat(this.lang, { numeric: 'auto' })
  }

  get isRightToLeft(): boolean {
    return /^(ar|dv|fa|he|ku-arab|ps|sd|ug|ur|yi)\b/i.test(this.lang)
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

  time(at: string | number): string {
    return this.#time.format(new Date(at))
  }

  full(at: string | number): string {
    return this.#full.format(new Date(at))
  }

  /** “Today”, “yesterday”, or the date. */
  day(at: string | number, now = new Date()): string {
    const midnight = (time: Date) => Date.UTC(time.getFullYear(), time.getMonth(), time.getDate())
    const days = (midnight(new Date(at)) - midnight(now)) / 86_400_000
    if (days !== 0 && days !== -1) return this.#day.format(new Date(at))
    const text = this.#relative.format(days, 'day')
    return text.charAt(0).toLocaleUpperCase(this.lang) + text.slice(1)
  }

  inSeconds(seconds: number): string {
    return this.#relative.format(seconds, 'second')
  }

  list(names: readonly string[]): string {
    return new Intl.ListFormat(this.lang).format(names)
  }
}

const isLocale = (tag: string): boolean => {
  try {
    return Intl.getCanonicalLocales(tag).length > 0
  } catch {
    return false
  }
}
