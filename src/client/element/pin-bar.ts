import { nothing } from 'lit/html.js'
import { lazily } from '../lazy.ts'
import type { Conversation } from './conversation.ts'
import { Panel } from './panel.ts'
import type { ViewContext } from './view-context.ts'

const load = lazily(() => import('./pins.ts'))

/** The bar of pinned messages, which is loaded in a room that has some. */
export class PinBar extends Panel<Conversation> {
  readonly #context: ViewContext

  constructor(context: ViewContext) {
    super(context, load)
    this.#context = context
  }

  override render(): unknown {
    const { conversation } = this.#context
    if (!conversation.chatroom?.pinned.length) return nothing
    if (this.options !== conversation) void this.open(conversation)
    return super.render()
  }
}
