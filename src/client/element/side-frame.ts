import { html, type TemplateResult } from 'lit/html.js'
import { icon } from './icons.ts'
import type { Localizer } from './localize.ts'
import type { ViewContext } from './view-context.ts'

const cross = icon('m4 4 8 8M12 4l-8 8')

/** Renders the head of a panel beside the log: its title, or what stands there, and the button that closes it. */
export const sideHead = ({ strings }: Localizer, title: unknown, close: () => void): TemplateResult =>
  html`<div class="side-head">
    ${title}
    <button type="button" class="icon" part="close" title=${strings.close} @click=${close}>${cross}</button>
  </div>`

/** Returns a handler of keys that closes a panel with Escape, unless Escape ends the composition of an input method. */
export const closeByKey =
  (close: () => void) =>
  (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.isComposing || event.keyCode === 229) return
    event.stopPropagation()
    close()
  }

/** Returns whether the panel stands over the log, as it does where there is no room beside it. */
export const coversLog = (context: ViewContext): boolean => {
  const panel = context.query('.side')
  return panel !== null && getComputedStyle(panel).position === 'absolute'
}
