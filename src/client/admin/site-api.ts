import type {
  AuditEntry,
  Chatroom,
  Message,
  MessageList,
  NewUser,
  SiteReport,
  SiteUsage,
  User,
  UserRole,
} from '../../contract/index.ts'
import { Session } from '../session.ts'
import type { ListPage, SanctionTerms } from './moderation-api.ts'

const roomPath = (room: string) => `/chatroom/${encodeURIComponent(room)}`
const queryOf = (path: string, q: string) =>
  `${path}?${new URLSearchParams({ limit: '30', ...(q && { q }) })}`

/** Returns the requests about the whole site, sent with this token. A list takes the URL of its next page. */
export const siteApi = (server: string, token: string) => {
  // The token is not that of the user who is signed in on the server's other pages.
  const session = new Session(server)
  const as = { userName: '', token }
  const request = <T>(method: string, pathOrUrl: string, body?: unknown) =>
    session.request<T>(method, pathOrUrl, body, { as })

  return {
    server,
    token,

    async reports(url = '/api/admin/report?limit=30'): Promise<ListPage<SiteReport>> {
      const { reports, next } = await request<{ reports: SiteReport[]; next: string | null }>('GET', url)
      return { items: reports, next }
    },
    resolve: ({ chatroom, id }: SiteReport, resolved: boolean) =>
      request('PATCH', `${roomPath(chatroom)}/report/${id}`, { resolved }),
    async around(room: string, seq: number): Promise<Message[]> {
      const { messages } = await request<MessageList>(
        'GET',
        `${roomPath(room)}/message?around=${seq}&limit=7`,
      )
      return messages
    },
    removeMessage: (room: string, seq: number) => request('DELETE', `${roomPath(room)}/message/${seq}`),
    banAuthor: (room: string, seq: number, terms: SanctionTerms) =>
      request('POST', `${roomPath(room)}/sanction`, { authorOf: seq, kind: 'ban', ...terms }),

    async people(q: string, url = queryOf('/api/admin/user', q)): Promise<ListPage<User>> {
      const { users, next } = await request<{ users: User[]; next: string | null }>('GET', url)
      return { items: users, next }
    },
    person: (id: number) => request<User>('GET', `/api/users/${id}`),
    async said(id: number, url = `/api/admin/user/${id}/message?limit=30`): Promise<ListPage<Message>> {
      const { messages, next } = await request<{ messages: Message[]; next: string | null }>('GET', url)
      return { items: messages, next }
    },
    changePerson: (id: number, changes: { role?: UserRole; banned?: boolean }) =>
      request<User>('PATCH', `/api/users/${id}`, changes),
    newToken: (id: number) => request<NewUser>('POST', `/api/users/${id}/token`),
    removePerson: (id: number) => request('DELETE', `/api/users/${id}`),

    async rooms(q: string, url = queryOf('/api/admin/chatroom', q)): Promise<ListPage<Chatroom>> {
      const { chatrooms, next } = await request<{ chatrooms: Chatroom[]; next: string | null }>('GET', url)
      return { items: chatrooms, next }
    },

    usage: () => request<SiteUsage>('GET', '/api/admin/usage'),
    changeSettings: (changes: object) => request('PATCH', '/api/admin', changes),
    async audit(
      url = '/api/admin/audit?limit=30',
    ): Promise<ListPage<AuditEntry & { chatroom: string | null }>> {
      type Entries = { entries: (AuditEntry & { chatroom: string | null })[]; next: string | null }
      const { entries, next } = await request<Entries>('GET', url)
      return { items: entries, next }
    },
  }
}

export type SiteApi = ReturnType<typeof siteApi>
