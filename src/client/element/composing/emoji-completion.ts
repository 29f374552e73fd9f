import { html } from 'lit/html.js'
import type { ViewContext } from '../view-context.ts'
import type { CompletionSource } from './completion.ts'
import { findEmoji, loadEmoji, namedEmoji } from './emoji.ts'

const LIMIT = 6

/** Matches the characters that may stand before the colon: no letter or digit (`10:30` has no emoji), except in scripts without spaces. */
const before = '(?:^|[^\\p{L}\\p{N}:：/]|[\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}])'
/** Japanese keyboards have the wide colon. */
const name = '[:：]([\\p{L}\\p{M}\\p{N}_+-]{2,})'
const open = new RegExp(`${before}(${name})$`, 'u')
const closed = new RegExp(`${before}(${name}[:：])$`, 'u')

/** Completes the names of emoji, such as `:tada:`, in the element's language. */
export const emojiCompletion = (context: ViewContext): CompletionSource => ({
  pattern: open,
  async suggest(query) {
    // Without a network there are no suggestions. The next key tries again.
    const all = await loadEmoji(context.localizer.lang).catch(() => [])
    return findEmoji(all, query, LIMIT).map(({ emoji, name }) => ({
      label: html`<span aria-hidden="true">${emoji}</span> <bdi>${name}</bdi>`,
      text: emoji,
    }))
  },
  async replace(before) {
    const [, written, name] = closed.exec(before) ?? []
    if (written === undefined || name === undefined) return undefined
    const found = namedEmoji(await loadEmoji(context.localizer.lang).catch(() => []), name)
    return found && { written, text: found.emoji }
  },
})
