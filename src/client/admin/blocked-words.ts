import { html } from 'lit'
import { fields, nothing } from './parts.ts'
import { listed, type Page, type View } from './view.ts'

const show = (blockedWords: string[], page: Page) => {
  const submit = (event: Event) => {
    const { words = '' } = fields(event)
    const given = words.split('\n').map((word) => word.trim())
    return page.act(() => page.desk.block(given.filter(Boolean)), 'The words are saved.')
  }
  return html`${blockedWords.length === 0 ? nothing('No word is blocked in this room.') : ''}
    <form class="fields" @submit=${submit}>
      <label class="wide">
        Blocked words, one a line. A message that holds one is refused, whatever its case and look-alike letters.
        <textarea name="words" rows="8" dir="auto" .value=${blockedWords.join('\n')}></textarea>
      </label>
      <button>Save</button>
    </form>`
}

export const words: View = { title: 'Blocked words', open: (desk) => listed(desk.words, show) }
