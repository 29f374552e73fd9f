/**
 * Returns the replies in an annotation of a log: for the line of a message, the line of the message that it answers. A line `A B -` says
 * that line B answers line A, both counted from 0, and `A A -` begins a conversation. A message that answers several is a reply to the
 * last of them.
 */
export const readReplies = (annotation: string): Map<number, number> => {
  const replies = new Map<number, number>()
  for (const [, from, to] of annotation.matchAll(/^(\d+) (\d+) -[ \t]*\r?$/gm)) {
    const [original, reply] = [Number(from), Number(to)].sort((a, b) => a - b)
    if (original === undefined || reply === undefined || original === reply) continue
    replies.set(reply, Math.max(original, replies.get(reply) ?? 0))
  }
  return replies
}
