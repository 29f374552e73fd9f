import type { OwnChatroomList, User } from '../../contract/index.ts'
import type { ViewContext } from './view-context.ts'

/** Finds out whether the reader moderates the room, which takes a token or a login of the site's. */
export const isModerator = async ({ activeClient, client, conversation }: ViewContext): Promise<boolean> => {
  const { token, userName } = activeClient
  const { chatroom } = conversation
  if (!chatroom || userName === undefined || (token === undefined && client === undefined)) return false
  if (chatroom.owner === userName) return true
  const { role } = await activeClient.request<User>('GET', '/api/users/me')
  if (role !== 'user') return true
  // The list has no room that the reader isn't in. To ask for one member would be a 404 for most readers, which browsers log.
  let next: string | null = '/api/users/me/chatroom?limit=100'
  while (next !== null) {
    const page: OwnChatroomList = await activeClient.request('GET', next)
    const found = page.chatrooms.find(({ name }) => name === chatroom.name)
    if (found) return found.role !== 'member'
    next = page.next
  }
  return false
}
