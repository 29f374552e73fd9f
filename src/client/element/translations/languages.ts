import { lazily } from '../../lazy.ts'
import type { Translations } from '../translations.ts'

type Language = () => Promise<{ translations: Translations }>
export const en: Language = lazily(() => import('./en.ts'))

/** The languages of the element, by their tags. Each is a file of its own, which is loaded when somebody reads it. */
export const languages: Record<string, Language> = {
  ar: lazily(() => import('./ar.ts')),
  de: lazily(() => import('./de.ts')),
  en,
  es: lazily(() => import('./es.ts')),
  ja: lazily(() => import('./ja.ts')),
}
