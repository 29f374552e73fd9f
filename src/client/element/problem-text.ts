import type { ParlourError } from '../error.ts'
import type { Localizer } from './localize.ts'
import type { Translations } from './translations.ts'

/** The texts for a field that the server did not accept. */
const fieldTexts = { name: 'invalidName', message: 'invalidMessage' } as const

/** Returns the last part of a problem's type, such as `name-taken`. */
export const problemType = (error: unknown): string =>
  (error as Partial<ParlourError>).type?.split('/').at(-1) ?? ''

/** Returns what an error means for the reader, in the element's language. Tells the page's scripts of it. */
export const problemText = (
  error: unknown,
  context: { localizer: Localizer; failed(problem: unknown): void },
): string => {
  const { strings } = context.localizer
  context.failed(error)
  const { problem } = error as Partial<ParlourError>
  const type = problemType(error)
  const field = type === 'invalid-request' ? problem?.errors?.[0]?.path : undefined
  const key = fieldTexts[field as keyof typeof fieldTexts] ?? type
  return Object.hasOwn(strings, key) ? String(strings[key as keyof Translations]) : strings.unknownProblem
}

/** Returns whether another message may be accepted where the server has refused this one. */
export const isAboutText = (error: unknown): boolean =>
  /^(invalid-request|blocked-word|(link|mention)-too-soon|body-too-large|message-not-found|file-[a-z-]+)$/.test(
    problemType(error),
  )
