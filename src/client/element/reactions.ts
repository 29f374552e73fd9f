import type { Entry } from './timeline.ts'
import type { ViewContext } from './view-context.ts'

/** The most reactions that are offered at once. */
const MAX_QUICK_REACTIONS = 6
/** The reactions that are offered at once, unless the tag's attribute names others. */
const DEFAULT_QUICK_REACTIONS = '👍 ❤️ 😂 🎉 😮 😢'

/** Compares emoji. A variation selector doesn't make another one. */
const isSameEmoji = (one: string, other: string): boolean =>
  one.replaceAll('\uFE0F', '') === other.replaceAll('\uFE0F', '')

/** Returns the emoji that the room allows, or null if it allows any. */
export const allowedReactions = ({ conversation: { chatroom } }: ViewContext): readonly string[] | null =>
  chatroom?.reactions ?? null

/** Returns the reactions that are offered at once: those of the tag's attribute that the room allows, or the first ones that it allows. */
export const quickReactions = (context: ViewContext): readonly string[] => {
  const given = (context.getAttribute('reactions') ?? DEFAULT_QUICK_REACTIONS).split(/\s+/).filter(Boolean)
  const allowed = allowedReactions(context)
  if (!allowed) return given.slice(0, MAX_QUICK_REACTIONS)
  const both = given.flatMap((emoji) => allowed.find((each) => isSameEmoji(each, emoji)) ?? [])
  return (both.length > 0 ? both : allowed).slice(0, MAX_QUICK_REACTIONS)
}

/** Returns whether the reader has given a message this reaction. */
export const hasReacted = ({ reactions }: Entry, emoji: string): boolean =>
  reactions.some(({ reaction, mine }) => mine && isSameEmoji(reaction, emoji))
