import { html } from 'lit'
import { emptyNote, fieldsOf } from './parts.ts'
import { openList, type Page, type View } from './view.ts'

const show = (words: string[], page: Page) => {
  const submit = (event: Event) => {
    const { words: text = '' } = fieldsOf(event)
    const given = text.split('\n').map((word) => word.trim())
    return page.act(() => page.api.setBlockedWords(given.filter(Boolean)), 'The words are saved.')
  }
  return html`${words.length === 0 ? emptyNote('No word is blocked in this room.') : ''}
    <form class="fields" @submit=${submit}>
      <label class="wide">
        Blocked words, one in each line. A message that contains one is refused, also in other letters that look like it.
        <textarea name="words" rows="8" dir="auto" .value=${words.join('\n')}></textarea>
      </label>
      <button>Save</button>
    </form>`
}

export const blockedWords: View = { title: 'Blocked words', open: (api) => openList(api.blockedWords, show) }
