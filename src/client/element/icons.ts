import { html, type TemplateResult } from 'lit/html.js'

const icon = (path: string): TemplateResult =>
  html`<svg viewBox="0 0 16 16" aria-hidden="true"><path d=${path} /></svg>`

export const icons = {
  send: icon('M8 13V3M3.5 7.5 8 3l4.5 4.5'),
  down: icon('M8 3v10M3.5 8.5 8 13l4.5-4.5'),
  edit: icon('m3 13 .7-3L11 2.7 13.3 5 6 12.3z'),
  remove: icon('M2.5 4.5h11M6 4.5V2.5h4v2M4 4.5l.6 9h6.8l.6-9'),
  preview: icon(
    'M1 8s2.5-4.5 7-4.5S15 8 15 8s-2.5 4.5-7 4.5S1 8 1 8M8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6',
  ),
  report: icon('M4 14V2.5h8.5l-2 3 2 3H4'),
}
