import { html, nothing } from 'lit/html.js'
import { lazily } from '../lazy.ts'
import { Panel } from './panel.ts'
import type { SideOptions, ViewContext } from './view-context.ts'

const load = lazily(() => import('./side-panel.ts'))

/** The panel beside the log: the search, somebody's profile, the messages that mention the reader, or those that wait for approval. */
export class Side extends Panel<SideOptions> {
  constructor(context: ViewContext) {
    super(context, load, ({ opener }) => opener)
  }

  readonly openSearch = (): void => {
    void this.open({ opener: '[part=search-button]' })
  }

  /** Opens the search by its key. Keys that are pressed in a field don't come here: `keepPlainKeys`. */
  readonly keydown = (event: KeyboardEvent): void => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    event.stopPropagation()
    this.openSearch()
  }

  override render(): unknown {
    return this.options ? html`<div class="side">${super.render()}</div>` : nothing
  }
}
