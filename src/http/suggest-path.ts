/** Words that people use for the words of a path. */
const synonyms: Record<string, string> = {
  room: 'chatroom',
  channel: 'chatroom',
  chat: 'chatroom',
  msg: 'message',
  post: 'message',
  account: 'user',
  health: 'hello',
  openapi: 'openapi.json',
  swagger: 'docs',
}

/** Returns a word of a path in lower case, in the singular, and as the API calls it. */
const normalized = (word: string): string => {
  const singular = word.toLowerCase().replace(/(?<=..[^s])s$/, '')
  return Object.hasOwn(synonyms, singular) ? (synonyms[singular] ?? singular) : singular
}

/** Tells whether two words differ by at most one letter that was left out, added or replaced, or by two that were swapped. */
export const isTypo = (a: string, b: string): boolean => {
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  const [restA, restB] = [a.slice(start), b.slice(start)]
  const swapped = (restA[1] ?? '') + (restA[0] ?? '') + restA.slice(2)
  return (
    restA.slice(1) === restB.slice(1) ||
    restA.slice(1) === restB ||
    restA === restB.slice(1) ||
    (restA.length > 1 && swapped === restB)
  )
}

/** Returns how far a word of a path is from the word of a route; undefined if it is another word. */
const distance = (word: string, expected: string): number | undefined => {
  if (word === expected) return 0
  const [given, wanted] = [normalized(word), normalized(expected)]
  if (given === wanted) return 1
  return wanted.length > 3 && isTypo(given, wanted) ? 2 : undefined
}

type Suggestion = { path: string; distance: number }

/** Fills a route's pattern with the words of a path, if they fit. */
const fill = (words: string[], pattern: string[]): Suggestion | undefined => {
  if (words.length !== pattern.length) return undefined
  let total = 0
  let path = ''
  for (const [i, expected] of pattern.entries()) {
    const word = words[i] ?? ''
    const isParameter = expected.startsWith(':')
    const step = isParameter ? 0 : distance(word, expected)
    if (step === undefined) return undefined
    total += step
    path += `/${isParameter ? word : expected}`
  }
  return { path, distance: total }
}

/** Does the same for a path that names no chatroom, such as `/api/messages`. */
const fillInRoom = (words: string[], [room, name, ...rest]: string[]): Suggestion | undefined => {
  if (room !== 'chatroom' || name !== ':name' || rest.length === 0) return undefined
  const found = fill(words, rest)
  return found && { path: `/chatroom/<name>${found.path}`, distance: found.distance + 1 }
}

const split = (path: string): string[] => path.split('/').filter(Boolean)
const isApi = (word = ''): boolean => word.toLowerCase() === 'api'

/**
 * Returns the path that was probably meant by one that matches no route: with or without `/api`, in the singular or plural,
 * in other letter case, with a slash too many, or without the chatroom that it belongs to. `routes` are the patterns that
 * exist; among equals the first one wins.
 */
export const suggestPath = (path: string, routes: string[]): string | undefined => {
  const words = split(path)
  if (isApi(words[0])) words.shift()
  let best: Suggestion | undefined
  for (const route of routes) {
    const pattern = split(route)
    const prefix = isApi(pattern[0]) ? `/${pattern.shift()}` : ''
    const found = fill(words, pattern) ?? fillInRoom(words, pattern)
    if (found && (best === undefined || found.distance < best.distance))
      best = { path: prefix + found.path, distance: found.distance }
  }
  return best?.path === path ? undefined : best?.path
}
