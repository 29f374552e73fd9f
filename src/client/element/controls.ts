import { html, nothing, type TemplateResult } from 'lit/html.js'

/** Renders a name, so that its direction doesn't change that of the sentence around it. */
export const nameOf = (text: string): TemplateResult => html`<bdi>${text}</bdi>`

/** Renders a button. `part` is its name for style sheets from outside, and its class unless `className` is given. */
export const button = (label: unknown, click: () => unknown, part = '', className = part): TemplateResult =>
  html`<button type="button" class=${className} part=${part} @click=${click}>${label}</button>`

/** Renders a message about what went wrong, if there is one. */
export const error = (text: unknown): unknown =>
  text ? html`<p class="error" part="error" role="alert" dir="auto">${text}</p>` : nothing
