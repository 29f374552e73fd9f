/** Words that people use for the words of a path, which are the keys. */
const synonyms: Record<string, string> = {
  chatroom: 'room channel chat',
  message: 'msg post send history',
  users: 'account',
  member: 'user participant',
  live: 'event stream ws websocket',
  sanction: 'ban mute',
  moderate: 'moderation admin',
  hello: 'health healthz version status ping',
  'openapi.json': 'openapi openapi.yaml swagger.json',
  docs: 'swagger',
}

const singular = (word: string): string => word.toLowerCase().replace(/(?<=..[^su])s$/, '')

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
  const [given, wanted] = [singular(word), singular(expected)]
  if (given === wanted || synonyms[expected]?.split(' ').includes(given)) return 1
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
const fillInRoom = (
  words: string[],
  [room, name, ...rest]: string[],
  extra: number,
): Suggestion | undefined => {
  if (room !== 'chatroom' || name !== ':name' || rest.length === 0) return undefined
  const found = fill(words, rest)
  return found && { path: `/chatroom/<name>${found.path}`, distance: found.distance + extra }
}

const split = (path: string): string[] => path.split('/').filter(Boolean)
const isPrefix = (word = ''): boolean => /^(api|v\d)$/i.test(word)

/**
 * Returns the path that was probably meant by one that matches no route: with or without `/api`, with a version, in the
 * singular or plural, in other letter case, with a slash too many, or without the chatroom that it belongs to. `routes` are the patterns that
 * exist; among equals the first one wins.
 */
export const suggestPath = (path: string, routes: string[]): string | undefined => {
  const words = split(path)
  while (isPrefix(words[0])) words.shift()
  if (words[0] === 'me') words.unshift('users')
  let method = ''
  if (words.at(-1) === 'join') {
    words.pop()
    method = 'PUT '
  } else if (words.at(-1) === 'leave') {
    words.splice(-1, 1, 'member', '<userName>')
    method = 'DELETE '
  }
  // The name of the chatroom is missing between the slashes.
  const isNameless = /^\/chatrooms?\/\//i.test(path)
  const inRoom = isNameless ? words.slice(1) : words
  let best: Suggestion | undefined
  for (const route of routes) {
    const pattern = split(route)
    const prefix = isPrefix(pattern[0]) ? `/${pattern.shift()}` : ''
    const found = fillInRoom(inRoom, pattern, isNameless ? -1 : 1) ?? fill(words, pattern)
    if (found && (best === undefined || found.distance < best.distance))
      best = { path: prefix + found.path, distance: found.distance }
  }
  return !best?.path || best.path === path ? undefined : method + best.path
}
