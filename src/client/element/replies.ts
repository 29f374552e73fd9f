import { jumpBarOf } from './jump-bar.ts'
import type { PanelView } from './panel.ts'
import { ReplyQuote } from './reply-quote.ts'
import css from './styles/replies.css'
import type { Jump, ViewContext } from './view-context.ts'

/** Goes to a message, or shows the quote of the one that is replied to. */
export const open = (context: ViewContext, options: Jump | number): PanelView => {
  context.adopt(css)
  if (typeof options === 'number') return new ReplyQuote(context, options)
  const bar = jumpBarOf(context)
  void bar.follow(options)
  return bar
}
