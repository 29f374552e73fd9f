import type { Entry } from './timeline.ts'
import type { ViewContext } from './view-context.ts'

const QUICK = 6
const usual = '👍 ❤️ 😂 🎉 😮 😢'

/** Compares emoji. A variation selector doesn't make another one. */
const isSameEmoji = (one: string, other: string): boolean =>
  one.replaceAll('\uFE0F', '') === other.replaceAll('\uFE0F', '')

/** Returns the emoji that the room allows, or null if it allows any. */
export const allowedReactions = ({ conversation: { chatroom } }: ViewContext): readonly string[] | null =>
  chatroom?.reactions ?? null

/** Returns the reactions that are offered at once: those of the tag's attribute that the room allows, or the first ones that it allows. */
export const quickReactions = (context: ViewContext): readonly string[] => {
  const given = (context.getAttribute('reactions') ?? usual).split(/\s+/).filter(Boolean)
  const allowed = allowedReactions(context)
  if (!allowed) return given.slice(0, QUICK)
  const both = given.flatMap((emoji) => allowed.find((each) => isSameEmoji(each, emoji)) ?? [])
  return (both.length > 0 ? both : allowed).slice(0, QUICK)
}

/** Returns whether the reader has given a message this reaction. */
export const hasReacted = ({ reactions }: Entry, emoji: string): boolean =>
  reactions.some(({ reaction, mine }) => mine && isSameEmoji(reaction, emoji))
