/** The requests that are measured; all peers have the same. */
export const routes = {
  send: 'POST a message',
  page: 'GET the newest 50 messages',
  join: 'PUT a member into the room, again',
  list: 'GET 50 rooms',
  edit: 'PATCH a message',
} as const
export type Route = keyof typeof routes

export const room = 'bench'

/** The rooms that there are, by their numbers from 0. */
export const roomOf = (number: number): string => (number === 0 ? room : `${room}-${number}`)

/** Those who speak: names that Parlour's look-alike keys leave as they are, which a test of the bench holds. */
export const userNames = Array.from(
  { length: 50 },
  (_, i) => `user-${'abcdefghjk'[i % 10]}${'abcde'[Math.floor(i / 10)]}`,
)

/** The texts of messages have a number, and 64 characters in all. */
export const textOf = (number: number): string =>
  `#${String(number).padStart(8, '0')} `.padEnd(64, 'what is said in a room ')

export type Asking = { method: string; path: string; body?: { userName?: string; message?: string } }

/** The request of a route, different for each number where it has a body. */
export const asking = (route: Route, number: number, chatroom = room): Asking => {
  const userName = userNames[number % userNames.length] ?? ''
  const messages = `/chatroom/${chatroom}/message`
  switch (route) {
    case 'send':
      return { method: 'POST', path: messages, body: { userName, message: textOf(number) } }
    case 'page':
      return { method: 'GET', path: messages }
    case 'join':
      return { method: 'PUT', path: `/chatroom/${chatroom}`, body: { userName } }
    case 'list':
      return { method: 'GET', path: '/api/chatroom' }
    case 'edit':
      // The first message is the first user's.
      return {
        method: 'PATCH',
        path: `${messages}/1`,
        body: { userName: userNames[0] ?? '', message: textOf(number) },
      }
  }
}
