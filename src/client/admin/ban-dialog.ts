import { html, nothing, render } from 'lit'
import type { SanctionTerms } from './moderation-api.ts'
import { deletionOptions, durationOptions, fieldsOf, nameOf, termsOf } from './parts.ts'

type Asked = {
  /** The name of the person; null where the author of a message was deleted. */
  name: string | null
  /** The room that the person may be banned from. Undefined: from the whole site only. */
  room?: string
  /** Set if the person can be banned from the whole site. */
  isOnSite: boolean
  /** Set if the ban is about a message. It is deleted with the ban, unless the user chooses to keep it. */
  hasMessage?: boolean
  reason?: string
}
type Answer = SanctionTerms & { fromSite: boolean; deletesMessage: boolean }

/** Asks for how long somebody is banned, from what, and why. Returns undefined if the answer is no. */
export const banDialog = ({
  name,
  room,
  isOnSite,
  hasMessage,
  reason = '',
}: Asked): Promise<Answer | undefined> =>
  new Promise((resolve) => {
    const dialog = document.createElement('dialog')
    dialog.setAttribute('aria-labelledby', 'ban-title')
    let answer: Answer | undefined
    const submit = (event: Event) => {
      const fields = fieldsOf(event)
      const { place, deletes } = fields
      answer = {
        ...termsOf(fields),
        fromSite: place === 'site' || room === undefined,
        deletesMessage: hasMessage === true && deletes !== '',
      }
      dialog.close()
    }
    dialog.addEventListener('close', () => {
      dialog.remove()
      resolve(answer)
    })
    const from =
      room === undefined
        ? 'the whole site'
        : isOnSite
          ? html`<bdi>${room}</bdi> or the whole site`
          : html`<bdi>${room}</bdi>`
    render(
      html`<form @submit=${submit}>
        <h2 id="ban-title">Ban ${nameOf(name, 'the author')} from ${from}</h2>
        <div class="fields">
          ${
            room !== undefined && isOnSite
              ? html`<label>From <select name="place">
                  <option value="room">The room ${room}</option>
                  <option value="site">The whole site: all rooms</option>
                </select></label>`
              : nothing
          }
          <label>How long <select name="seconds">${durationOptions(undefined)}</select></label>
          <label>Messages to delete <select name="deletes">${deletionOptions(hasMessage)}</select></label>
          <label>Reason, for other moderators <input name="reason" maxlength="200" autocomplete="off" .value=${reason}></label>
        </div>
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
