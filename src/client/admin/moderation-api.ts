import type {
  AuditEntry,
  AuditList,
  Chatroom,
  HeldMessage,
  Hook,
  HookList,
  Message,
  MessageList,
  NewHook,
  Report,
  ReportList,
  Sanction,
  SanctionList,
} from '../../contract/index.ts'
import { Session } from '../session.ts'
import { webhookApi } from './webhook-api.ts'

/** A page of a list. `next` is the URL of the next page. */
export type ListPage<T> = { items: T[]; next: string | null }

export type Reported = { report: Report; message: Message }

export type SanctionKind = Sanction['kind']
export type SanctionTerms = {
  seconds: number | null
  reason: string | null
  /** Only of a ban. */
  deleteMessagesSeconds?: number
}

/** The words that are blocked in a room, and whether they are its own. */
export type BlockedWords = { words: string[]; isOwn: boolean }

/** Sends a ban, and again while it leaves messages to delete. Returns how many were deleted. */
export const sendBan = async (send: () => Promise<Pick<Sanction, 'deletedMessages'>>): Promise<number> => {
  let sum = 0
  for (;;) {
    const { count = 0, left = 0 } = (await send()).deletedMessages ?? {}
    sum += count
    if (left === 0 || count === 0) return sum
  }
}

/** Returns the requests that moderate one room, sent with this token. A list takes the URL of its next page. */
export const moderationApi = (server: string, room: string, token: string) => {
  // The token is not that of the user who is signed in on the server's other pages.
  const session = new Session(server)
  const as = { userName: '', token }
  const request = <T>(method: string, pathOrUrl: string, body?: unknown) =>
    session.request<T>(method, pathOrUrl, body, { as })
  const path = `/chatroom/${encodeURIComponent(room)}`
  const memberPath = (name: string) => `${path}/member/${encodeURIComponent(name)}`

  return {
    room,

    async reports(url = `${path}/report?limit=20`): Promise<ListPage<Reported>> {
      const { reports, next } = await request<ReportList>('GET', url)
      const items = reports.map(async (report) => {
        const message = await request<Message>('GET', `${path}/message/${report.seq}`)
        return { report, message }
      })
      return { items: await Promise.all(items), next }
    },
    resolve: (id: number, resolved: boolean) => request('PATCH', `${path}/report/${id}`, { resolved }),

    async held(url = `${path}/held?limit=30`): Promise<ListPage<HeldMessage>> {
      const { held, next } = await request<{ held: HeldMessage[]; next: string | null }>('GET', url)
      return { items: held, next }
    },
    decide: (method: 'PUT' | 'DELETE', id: string) => request(method, `${path}/held/${id}`),

    /** Newest first. */
    async messages(url = `${path}/message?limit=30`): Promise<ListPage<Message>> {
      const { messages, next } = await request<MessageList>('GET', url)
      return { items: messages.reverse(), next }
    },
    remove: (seq: number) => request('DELETE', `${path}/message/${seq}`),
    async purge(author: string, from: Date, upTo: Date): Promise<number> {
      const query = new URLSearchParams({ author, from: from.toISOString(), upTo: upTo.toISOString() })
      return (await request<{ deletedCount: number }>('DELETE', `${path}/message?${query}`)).deletedCount
    },

    async sanctions(url = `${path}/sanction`): Promise<ListPage<Sanction>> {
      const { sanctions, next } = await request<SanctionList>('GET', url)
      return { items: sanctions, next }
    },
    /** Returns how many messages were deleted. */
    setSanction: (name: string, kind: SanctionKind, terms: SanctionTerms | null): Promise<number> =>
      sendBan(() => request('PATCH', memberPath(name), { [kind]: terms })),

    async blockedWords(): Promise<ListPage<BlockedWords>> {
      const [{ blockedWords: words }, { ownSettings }] = await Promise.all([
        request<{ blockedWords: string[] }>('GET', `${path}/blocked-word`),
        request<Chatroom>('GET', path),
      ])
      return { items: [{ words, isOwn: ownSettings.includes('blockedWords') }], next: null }
    },
    setBlockedWords: (blockedWords: string[] | null) => request('PATCH', path, { blockedWords }),

    async hooks(): Promise<ListPage<Hook>> {
      const { hooks } = await request<HookList>('GET', `${path}/hook`)
      return { items: hooks, next: null }
    },
    makeHook: (name: string) => request<NewHook>('POST', `${path}/hook`, { name }),
    renewHook: (id: number) => request<NewHook>('POST', `${path}/hook/${id}/secret`),
    removeHook: (id: number) => request('DELETE', `${path}/hook/${id}`),

    webhooks: webhookApi(request, `${path}/webhook`),

    async settings(): Promise<ListPage<Chatroom>> {
      return { items: [await request<Chatroom>('GET', path)], next: null }
    },
    change: (changes: object) => request('PATCH', path, changes),
    removeRoom: () => request('DELETE', path),

    async audit(url = `${path}/audit`): Promise<ListPage<AuditEntry>> {
      const { entries, next } = await request<AuditList>('GET', url)
      return { items: entries, next }
    },
  }
}

export type ModerationApi = ReturnType<typeof moderationApi>
