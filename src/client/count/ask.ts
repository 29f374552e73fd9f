import type { ListedChatroom } from '../../contract/index.ts'

/** The most names of one request, and the most characters of its query: servers and proxies refuse longer addresses. */
const MAX_NAMES = 100
const MAX_CHARACTERS = 6000

/** The number of messages of a room; null where it is not known, and 0 where the room doesn't exist. */
type Answered = (count: number | null) => void

/** Those who wait for an answer, by the server and the room. */
let waiting = new Map<string, Map<string, Answered[]>>()

/** Cuts names into parts, each of which fits into an address. */
const partsOf = (names: string[]): string[][] => {
  const parts: string[][] = []
  let characters = MAX_CHARACTERS
  for (const name of names) {
    const part = parts.at(-1)
    const more = `&name=${encodeURIComponent(name)}`.length
    if (part && part.length < MAX_NAMES && characters + more <= MAX_CHARACTERS) {
      part.push(name)
      characters += more
    } else {
      parts.push([name])
      characters = more
    }
  }
  return parts
}

const countsOf = async (server: string, names: string[]): Promise<(name: string) => number | null> => {
  const query = new URLSearchParams(names.map((name) => ['name', name]))
  const response = await fetch(`${server}/api/chatroom?${query}`, { credentials: 'omit' })
  if (!response.ok) throw new Error(`${response.status}`)
  const { chatrooms }: { chatrooms: ListedChatroom[] } = await response.json()
  const counts = new Map<string, number | null>()
  for (const { askedAs = [], messageCount = null } of chatrooms)
    for (const name of askedAs) counts.set(name, messageCount)
  return (name) => {
    const count = counts.get(name.normalize('NFKC').trim())
    return count === undefined ? 0 : count
  }
}

const askAll = (): void => {
  const asked = waiting
  waiting = new Map()
  for (const [server, rooms] of asked)
    for (const names of partsOf([...rooms.keys()])) {
      const answer = (countOf: (name: string) => number | null) => {
        for (const name of names) for (const answered of rooms.get(name) ?? []) answered(countOf(name))
      }
      void countsOf(server, names).then(answer, () => answer(() => null))
    }
}

/** Asks a server for the number of messages of a room, together with all others that are asked for at about the same time. */
export const askCount = (server: string, room: string, answered: Answered): void => {
  if (waiting.size === 0)
    if (document.readyState === 'loading')
      // While a page is being read, more tags may come.
      document.addEventListener('DOMContentLoaded', askAll, { once: true })
    else setTimeout(askAll)
  const rooms = waiting.get(server) ?? new Map<string, Answered[]>()
  waiting.set(server, rooms)
  rooms.set(room, [...(rooms.get(room) ?? []), answered])
}
