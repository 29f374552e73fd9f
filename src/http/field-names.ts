import { isTypo } from './suggest-path'

/** Names that people give to a field, in lower case and without separators. */
const synonyms: Record<string, readonly string[]> = {
  message: ['text', 'body', 'content', 'msg', 'comment'],
  userName: ['displayname', 'nick', 'nickname', 'author', 'sender', 'from', 'by'],
  name: ['user', 'nick', 'room', 'chatroom', 'channel', 'title'],
  reason: ['message', 'text', 'comment', 'why'],
  author: ['username', 'user', 'name', 'from'],
}

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

const isNear = (sent: string, wanted: string): boolean => {
  const [a, b] = [plain(sent), plain(wanted)]
  if (a === b || (Object.hasOwn(synonyms, wanted) && synonyms[wanted]?.includes(a))) return true
  return (a.length > 2 && b.includes(a)) || (b.length > 2 && a.includes(b)) || (b.length > 3 && isTypo(a, b))
}

/**
 * Returns sentences that name the right field for each sent one that is called a little differently: in other letter case,
 * with a typing mistake, with a part more or less, by another word for the same, or inside of another field. `wanted` are the fields that are missing, `known` all that exist.
 */
export const renameHints = (sent: Record<string, unknown>, wanted: string[], known: string[]): string[] => {
  const unknown = Object.keys(sent).filter((name) => !known.includes(name))
  return wanted.flatMap((name) => {
    const outer = unknown.find((other) => Object.hasOwn(Object(sent[other]), name))
    if (outer !== undefined) return [`Move "${name}" out of "${outer}".`]
    const near = unknown.find((other) => isNear(other, name))
    return near === undefined ? [] : [`Rename "${near}" to "${name}".`]
  })
}
