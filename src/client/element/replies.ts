import { messageOfAddress } from './address.ts'
import { jumpBarOf } from './jump-bar.ts'
import type { PanelView } from './panel.ts'
import { ReplyQuote } from './reply-quote.ts'
import css from './styles/replies.css'
import type { Jump, ViewContext } from './view-context.ts'

/** Goes to a message, or to the one that the page's address names. With a number, it shows the quote of the message that is replied to. */
export const open = (context: ViewContext, options: Jump | 'address' | number): PanelView => {
  context.adopt(css)
  if (typeof options === 'number') return new ReplyQuote(context, options)
  const bar = jumpBarOf(context)
  if (options === 'address') {
    const seq = messageOfAddress(context)
    if (seq) void bar.follow({ seq })
  } else void bar.follow(options)
  return bar
}
