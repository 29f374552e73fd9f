import { html, nothing } from 'lit/html.js'
import { MAX_MESSAGE_CHARACTERS } from '../../contract/limits.ts'
import type { Localizer } from './localize.ts'

/** The share of the largest length from which on the counter is shown. */
const COUNTER_FROM = 0.9

/** Counts as the server does: code points, so that an emoji may be several. */
const lengthOf = (text: string): number => {
  let length = 0
  for (const _ of text) length++
  return length
}

export const isTooLong = (text: string): boolean => lengthOf(text) > MAX_MESSAGE_CHARACTERS

/** Renders how many characters are left, or how many are too many, once a text is nearly as long as it may be. */
export const counter = (text: string, localizer: Localizer): unknown => {
  const length = lengthOf(text)
  const left = MAX_MESSAGE_CHARACTERS - length
  if (length < COUNTER_FROM * MAX_MESSAGE_CHARACTERS) return nothing
  return left < 0
    ? html`<p class="error" part="counter" role="status">${localizer.count(localizer.strings.tooMany, -left)}</p>`
    : html`<p class="faint" part="counter" role="status">${localizer.count(localizer.strings.left, left)}</p>`
}
