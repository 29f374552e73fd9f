type Texts = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string; none: string }

/** The texts of each language, with `#` in the place of the number. */
const texts: Record<string, Texts> = {
  ar: {
    none: 'لا توجد تعليقات',
    one: 'تعليق واحد',
    two: 'تعليقان',
    few: '# تعليقات',
    many: '# تعليقًا',
    other: '# تعليق',
  },
  de: { none: 'Keine Kommentare', one: '# Kommentar', other: '# Kommentare' },
  en: { none: 'No comments', one: '# comment', other: '# comments' },
  es: { none: 'Sin comentarios', one: '# comentario', many: '# de comentarios', other: '# comentarios' },
  ja: { none: 'コメントなし', other: 'コメント#件' },
}

/** Returns the tag of a language that `Intl` knows: of `de_DE` and the like, the language alone. */
const knownTag = (wanted: string): string => {
  try {
    return Intl.getCanonicalLocales(wanted)[0] ?? 'en'
  } catch {
    return /^[a-z]{2}/i.exec(wanted)?.[0] ?? 'en'
  }
}

/** Returns how a language names so many messages, and the language of the text, which is English for one without texts. */
export const countText = (
  wanted: string,
  count: number,
  isNumber: boolean,
): { text: string; lang: string } => {
  const tag = knownTag(wanted)
  const own = texts[tag.split('-')[0] ?? '']
  const lang = own || isNumber ? tag : 'en'
  const number = new Intl.NumberFormat(lang).format(count)
  const { none, ...forms } = own ?? (texts.en as Texts)
  const form = count === 0 ? none : (forms[new Intl.PluralRules(lang).select(count)] ?? forms.other)
  return { text: isNumber ? number : form.replace('#', number), lang }
}
