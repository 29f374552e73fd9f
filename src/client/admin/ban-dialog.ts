import { html, render } from 'lit'
import type { SanctionTerms } from './moderation-api.ts'
import { durationOptions, fieldsOf, nameOf } from './parts.ts'

type Terms = SanctionTerms & { deletes: boolean }

/** Asks for how long somebody is banned from a room, and why. Returns undefined if the answer is no. */
export const banDialog = (name: string | null, room: string, reason: string): Promise<Terms | undefined> =>
  new Promise((resolve) => {
    const dialog = document.createElement('dialog')
    dialog.setAttribute('aria-labelledby', 'ban-title')
    let terms: Terms | undefined
    const submit = (event: Event) => {
      const { seconds = '', reason = '', deletes } = fieldsOf(event)
      terms = {
        seconds: seconds === '' ? null : Number(seconds),
        reason: reason || null,
        deletes: deletes !== undefined,
      }
      dialog.close()
    }
    dialog.addEventListener('close', () => {
      dialog.remove()
      resolve(terms)
    })
    render(
      html`<form @submit=${submit}>
        <h2 id="ban-title">Ban ${nameOf(name, 'the author')} from <bdi>${room}</bdi></h2>
        <div class="fields">
          <label>How long <select name="seconds">${durationOptions(undefined)}</select></label>
          <label>Reason <input name="reason" maxlength="200" autocomplete="off" .value=${reason}></label>
        </div>
        <label class="check"><input type="checkbox" name="deletes" checked> Delete the message too</label>
        <div class="actions">
          <button type="submit" class="danger" autofocus>Ban</button>
          <button type="button" @click=${() => dialog.close()}>Cancel</button>
        </div>
      </form>`,
      dialog,
    )
    document.body.append(dialog)
    dialog.showModal()
  })
