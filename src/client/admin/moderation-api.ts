import type {
  AuditEntry,
  AuditList,
  Chatroom,
  Message,
  MessageList,
  Report,
  ReportList,
  Sanction,
  SanctionList,
} from '../../contract/index.ts'
import { Session } from '../session.ts'

/** A page of a list. `next` is the URL of the next page. */
export type ListPage<T> = { items: T[]; next: string | null }

export type Reported = { report: Report; message: Message }

export type SanctionKind = Sanction['kind']
export type SanctionTerms = { seconds: number | null; reason: string | null }

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
    setSanction: (name: string, kind: SanctionKind, terms: SanctionTerms | null) =>
      request('PATCH', memberPath(name), { [kind]: terms }),

    async blockedWords(): Promise<ListPage<string>> {
      const { blockedWords } = await request<{ blockedWords: string[] }>('GET', `${path}/blocked-word`)
      return { items: blockedWords, next: null }
    },
    setBlockedWords: (blockedWords: string[]) => request('PATCH', path, { blockedWords }),

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
