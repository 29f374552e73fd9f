import { html, type TemplateResult } from 'lit/html.js'

export const icon = (path: string): TemplateResult =>
  html`<svg viewBox="0 0 16 16" aria-hidden="true"><path d=${path} /></svg>`

export const icons = {
  search: icon('M10.3 10.3 14 14M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9'),
  send: icon('M8 13V3M3.5 7.5 8 3l4.5 4.5'),
}
