import type { Translations } from '../translations.ts'

type Language = () => Promise<{ translations: Translations }>
export const en: Language = () => import('./en.ts')

/** The languages of the element, by their tags. Each is a file of its own, which is loaded when somebody reads it. */
export const languages: Record<string, Language> = {
  ar: () => import('./ar.ts'),
  de: () => import('./de.ts'),
  en,
  es: () => import('./es.ts'),
  ja: () => import('./ja.ts'),
}
