import { html } from 'lit'
import type { BlockedWords } from './moderation-api.ts'
import { fieldsOf } from './parts.ts'
import { listOf } from './setting-fields.ts'
import { openList, type Page, type View } from './view.ts'

const show = ([list]: BlockedWords[], page: Page) => {
  if (!list) return html``
  const { words, isOwn } = list
  const submit = (event: Event) => {
    const given = listOf(fieldsOf(event).words ?? '', /\n/)
    return page.act(() => page.api.setBlockedWords(given), 'The words are saved.')
  }
  const leave = () =>
    page.act(() => page.api.setBlockedWords(null), 'The words of the whole site hold in this room.')
  return html`<p class="lead">${
    isOwn
      ? words.length === 0
        ? 'No word is blocked in this room, whatever the site says.'
        : "This room has its own words, in place of the site's."
      : 'The words of the whole site hold in this room, until you save a list of its own.'
  }</p>
    <form class="fields" @submit=${submit}>
      <label class="wide">
        Blocked words, one in each line. A message that contains one is refused, also in other letters that look like it.
        <textarea name="words" rows="8" dir="auto" .value=${words.join('\n')}></textarea>
      </label>
      <button>Save for this room</button>
    </form>
    ${isOwn ? html`<div class="actions"><button @click=${leave}>Use the words of the site</button></div>` : ''}`
}

export const blockedWords: View = { title: 'Blocked words', open: (api) => openList(api.blockedWords, show) }
