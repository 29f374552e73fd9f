/** The measured requests, the same for all peers. */
export const routes = {
  send: 'POST a message',
  page: 'GET the newest 50 messages',
  join: 'PUT a member into the room, again',
  list: 'GET 50 rooms',
  edit: 'PATCH a message',
} as const
export type Route = keyof typeof routes

export const room = 'bench'

/** Returns the name of a room by its number, from 0. */
export const roomOf = (number: number): string => (number === 0 ? room : `${room}-${number}`)

/** The users. Their name keys equal their names, which a test checks. */
export const userNames = Array.from(
  { length: 50 },
  (_, i) => `user-${'abcdefghjk'[i % 10]}${'abcde'[Math.floor(i / 10)]}`,
)

/** Returns a message text with a number, of 64 characters. */
export const textOf = (number: number): string =>
  `#${String(number).padStart(8, '0')} `.padEnd(64, 'text of a chat message ')

export type RouteRequest = { method: string; path: string; body?: { userName?: string; message?: string } }

/** Returns the request of a route. Its body differs for each number. */
export const requestFor = (route: Route, number: number): RouteRequest => {
  const userName = userNames[number % userNames.length] ?? ''
  const messages = `/chatroom/${room}/message`
  switch (route) {
    case 'send':
      return { method: 'POST', path: messages, body: { userName, message: textOf(number) } }
    case 'page':
      return { method: 'GET', path: messages }
    case 'join':
      return { method: 'PUT', path: `/chatroom/${room}`, body: { userName } }
    case 'list':
      return { method: 'GET', path: '/api/chatroom' }
    case 'edit':
      // The first user wrote the first message.
      return {
        method: 'PATCH',
        path: `${messages}/1`,
        body: { userName: userNames[0] ?? '', message: textOf(number) },
      }
  }
}
