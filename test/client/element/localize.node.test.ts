import { describe, expect, it } from 'vitest'
import { type Localizer, loadLocalizer } from '../../../src/client/element/localize.ts'
import { problemText } from '../../../src/client/element/problem-text.ts'
import { ParlourError } from '../../../src/client/error.ts'
import { problemTypes } from '../../../src/http/problem-types.ts'

const problem = (key: string) => ({
  type: `/problems/${key}`,
  title: key,
  status: 400,
  detail: 'message must be 1 to 4000 characters',
  instance: '',
})

const languages = ['en', 'es', 'de', 'ar', 'ja']

describe('translations', () => {
  it.each(languages)('in %s are all there, with every plural form that the language has', async (lang) => {
    const { strings } = await loadLocalizer(lang)
    const { strings: english } = await loadLocalizer('en')
    for (const [key, text] of Object.entries(strings)) {
      if (lang !== 'en') expect(text, key).not.toEqual(english[key as keyof typeof english])
      if (typeof text === 'string') continue
      // A language may use `other` for equal forms.
      const forms = new Intl.PluralRules(lang).resolvedOptions().pluralCategories
      for (const form of forms) expect(text[form] ?? text.other, `${key} ${form}`).toBeTruthy()
    }
  })

  it('count as the language does', async () => {
    const counted = async (lang: string, count: number) => {
      const words = await loadLocalizer(lang)
      return words.count(words.strings.unread, count)
    }
    expect(await counted('en', 1)).toBe('1 new message')
    expect(await counted('de', 2)).toBe('2 neue Nachrichten')
    expect(await counted('ja', 3)).toBe('新着メッセージ3件')
    expect(await counted('ar', 2)).toBe('رسالتان جديدتان')
    expect(new Set(await Promise.all([0, 1, 2, 3, 11].map((n) => counted('ar', n)))).size).toBe(5)
  })

  it('are English where the language is unknown, and no language', async () => {
    for (const lang of ['xx', '', 'not a language', 'en-', '__proto__', 'constructor'])
      expect((await loadLocalizer(lang)).strings.send).toBe('Send')
  })

  it.each(['de_DE', 'de-AT', 'DE', 'de_DE.UTF-8', 'de_AT@euro', 'de-'])('%s is German', async (lang) => {
    const { strings, number, lang: used } = await loadLocalizer(lang)
    expect(strings.send).toBe('Senden')
    expect(number.call({ lang: used }, 1.5)).toBe('1,5')
  })

  it('can be brought along, for another language too', async () => {
    const words = await loadLocalizer('fr-CA', { send: 'Envoyer' })
    expect(words).toMatchObject({ lang: 'fr-CA', strings: { send: 'Envoyer', cancel: 'Cancel' } })
  })

  it('name the day', async () => {
    const words = await loadLocalizer('en')
    const noon = new Date(2026, 10, 21, 12).getTime()
    expect(words.day(noon, noon)).toBe('today')
    expect(words.day(noon - 86_400_000, noon)).toBe('yesterday')
    expect(words.day(noon - 5 * 86_400_000, noon)).toContain('November 16')
  })
})

describe('a problem of the server', () => {
  const contextOf = (localizer: Localizer) => ({ localizer, failed: () => {} })

  it.each(languages)('has a text in %s for each type', async (lang) => {
    const localizer = await loadLocalizer(lang)
    const texts = Object.keys(problemTypes).map((key) => {
      const text = problemText(new ParlourError(400, problem(key)), contextOf(localizer))
      expect(text, key).not.toMatch(/[{}]|undefined/)
      return text
    })
    // Types that only a mistake of the element's own can cause share a text.
    expect(new Set(texts).size).toBeGreaterThan(20)
    expect(Object.keys(localizer.strings)).toEqual(expect.arrayContaining(Object.keys(problemTypes)))
  })

  it('is about the field that is wrong, without its name on the wire', async () => {
    const localizer = await loadLocalizer('en')
    const about = (path: string) =>
      problemText(
        new ParlourError(400, { ...problem('invalid-request'), errors: [{ path, message: 'wrong' }] }),
        contextOf(localizer),
      )
    expect(about('name')).toContain('name')
    expect(about('message')).toContain('message')
    expect(about('turnstileToken')).toBe(localizer.strings.unknownProblem)
    expect(problemText(new TypeError('Failed to fetch'), contextOf(localizer))).toBe(
      localizer.strings.unknownProblem,
    )
  })
})
