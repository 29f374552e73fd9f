import { html, type TemplateResult } from 'lit/html.js'
import type { Localizer } from './localize.ts'
import * as toolIcons from './tool-icons.ts'
import type { ViewContext } from './view-context.ts'

/** Renders the head of a panel beside the log: its title, or what stands there, and the button that closes it. */
export const sideHead = ({ strings }: Localizer, title: unknown, close: () => void): TemplateResult =>
  html`<div class="side-head">
    ${title}
    <button type="button" class="icon" part="close" title=${strings.close} @click=${close}>${toolIcons.close}</button>
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
