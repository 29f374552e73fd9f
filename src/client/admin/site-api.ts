import type {
  AuditEntry,
  BlockedFile,
  BlockedFileList,
  Chatroom,
  FileUsage,
  HeldMessage,
  Message,
  MessageList,
  NewUser,
  SiteBan,
  SiteFile,
  SiteFileList,
  SiteReport,
  SiteUsage,
  User,
  UserRole,
} from '../../contract/index.ts'
import { Session } from '../session.ts'
import { type ListPage, moderationApi, type SanctionTerms, sendBan } from './moderation-api.ts'
import { webhookApi } from './webhook-api.ts'

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
    server: session.url,
    token,

    async reports(url: string): Promise<ListPage<SiteReport>> {
      const { reports, next } = await request<{ reports: SiteReport[]; next: string | null }>('GET', url)
      return { items: reports, next }
    },
    resolve: ({ chatroom, id }: SiteReport, resolved: boolean) =>
      request('PATCH', `${roomPath(chatroom)}/report/${id}`, { resolved }),
    async held(url: string): Promise<ListPage<HeldMessage>> {
      const { held, next } = await request<{ held: HeldMessage[]; next: string | null }>('GET', url)
      return { items: held, next }
    },
    approve: ({ chatroom, id }: HeldMessage) => request('PUT', `${roomPath(chatroom)}/held/${id}`),
    refuse: ({ chatroom, id }: HeldMessage) => request('DELETE', `${roomPath(chatroom)}/held/${id}`),
    /** Approves or refuses everything of an author that waits in all rooms, or in one. Returns how many messages that were. */
    async decideAll(
      method: 'PUT' | 'DELETE',
      { userId, userName }: { userId: number; userName: string },
      room?: string,
    ): Promise<number> {
      const rooms = new Set<string>()
      for (let url: string | null = '/api/admin/held?limit=100'; url !== null; ) {
        const page: ListPage<HeldMessage> = await this.held(url)
        for (const held of page.items) if (held.userId === userId) rooms.add(held.chatroom)
        url = page.next
      }
      let sum = 0
      for (const each of rooms) {
        if (room !== undefined && each !== room) continue
        type Decided = { approvedCount: number } | { refusedCount: number }
        const path = `${roomPath(each)}/held?${new URLSearchParams({ author: userName })}`
        const decided = await request<Decided>(method, path)
        sum += 'approvedCount' in decided ? decided.approvedCount : decided.refusedCount
      }
      return sum
    },
    async newest(room: string): Promise<Message[]> {
      return (await request<MessageList>('GET', `${roomPath(room)}/message?limit=4`)).messages
    },
    async around(room: string, seq: number): Promise<Message[]> {
      const { messages } = await request<MessageList>(
        'GET',
        `${roomPath(room)}/message?around=${seq}&limit=7`,
      )
      return messages
    },
    removeMessage: (room: string, seq: number) => request('DELETE', `${roomPath(room)}/message/${seq}`),
    // The bans return how many messages were deleted with them.
    banAuthor: (room: string, seq: number, terms: SanctionTerms): Promise<number> =>
      sendBan(() => request('POST', `${roomPath(room)}/sanction`, { authorOf: seq, kind: 'ban', ...terms })),
    banMember: (room: string, userName: string, terms: SanctionTerms): Promise<number> =>
      moderationApi(server, room, token).setSanction(userName, 'ban', terms),
    banFromSite: (id: number, terms: SanctionTerms): Promise<number> =>
      sendBan(() => request('PUT', `/api/users/${id}/ban`, terms)),
    liftSiteBan: (id: number) => request('DELETE', `/api/users/${id}/ban`),
    async siteBans(url = '/api/admin/ban?limit=30'): Promise<ListPage<SiteBan>> {
      const { bans, next } = await request<{ bans: SiteBan[]; next: string | null }>('GET', url)
      return { items: bans, next }
    },
    /** Returns the ban of a user from the whole site, if there is one. The list is ordered by the ids of users. */
    async siteBanOf(id: number): Promise<SiteBan | undefined> {
      const { items } = await this.siteBans(`/api/admin/ban?limit=1${id > 1 ? `&cursor=${id - 1}` : ''}`)
      return items.find(({ userId }) => userId === id)
    },

    async people(q: string, url = queryOf('/api/admin/user', q)): Promise<ListPage<User>> {
      const { users, next } = await request<{ users: User[]; next: string | null }>('GET', url)
      return { items: users, next }
    },
    person: (id: number) => request<User>('GET', `/api/users/${id}`),
    async said(id: number, url = `/api/admin/user/${id}/message?limit=30`): Promise<ListPage<Message>> {
      const { messages, next } = await request<{ messages: Message[]; next: string | null }>('GET', url)
      return { items: messages, next }
    },
    changePerson: (id: number, changes: { role: UserRole }) =>
      request<User>('PATCH', `/api/users/${id}`, changes),
    newToken: (id: number) => request<NewUser>('POST', `/api/users/${id}/token`),
    removePerson: (id: number, messages: string) =>
      request('DELETE', `/api/users/${id}?messages=${messages}`),

    async rooms(q: string, url = queryOf('/api/admin/chatroom', q)): Promise<ListPage<Chatroom>> {
      const { chatrooms, next } = await request<{ chatrooms: Chatroom[]; next: string | null }>('GET', url)
      return { items: chatrooms, next }
    },

    webhooks: webhookApi(request, '/api/admin/webhook'),

    async files(url = '/api/admin/file?limit=30'): Promise<ListPage<SiteFile>> {
      const { files, next } = await request<SiteFileList>('GET', url)
      return { items: files, next }
    },
    fileUsage: () => request<FileUsage>('GET', '/api/admin/file/usage'),
    async blockedFiles(url = '/api/admin/blocked-file?limit=30'): Promise<ListPage<BlockedFile>> {
      const { blockedFiles, next } = await request<BlockedFileList>('GET', url)
      return { items: blockedFiles, next }
    },
    blockFile: (hash: string, name: string) => request('PUT', `/api/admin/blocked-file/${hash}`, { name }),
    unblockFile: (hash: string) => request('DELETE', `/api/admin/blocked-file/${hash}`),

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
