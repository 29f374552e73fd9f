import type {
  AuditEntry,
  AuditList,
  Message,
  MessageList,
  Report,
  ReportList,
  Sanction,
  SanctionList,
} from '../../contract/index.ts'
import { Session } from '../session.ts'

/** Some of a list, and where more of it is. */
export type Listed<T> = { items: T[]; next: string | null }

export type Reported = { report: Report; message: Message }

export type SanctionKind = Sanction['kind']
export type Sentence = { seconds: number | null; reason: string | null }

/** What somebody with this token may ask and do in one room. The next page of a list is asked for by its path. */
export const moderationApi = (url: string, room: string, token: string) => {
  // Not as who has signed in on this instance's other pages, and not kept beside them.
  const session = new Session(url)
  const as = { userName: '', token }
  const request = <T>(method: string, path: string, body?: unknown) =>
    session.request<T>(method, path, body, { as })
  const here = `/chatroom/${encodeURIComponent(room)}`
  const memberPath = (name: string) => `${here}/member/${encodeURIComponent(name)}`

  return {
    room,

    async reports(path = `${here}/report?limit=20`): Promise<Listed<Reported>> {
      const { reports, next } = await request<ReportList>('GET', path)
      const items = reports.map(async (report) => {
        const message = await request<Message>('GET', `${here}/message/${report.seq}`)
        return { report, message }
      })
      return { items: await Promise.all(items), next }
    },
    resolve: (id: number, resolved: boolean) => request('PATCH', `${here}/report/${id}`, { resolved }),

    /** The newest first. */
    async messages(path = `${here}/message?limit=30`): Promise<Listed<Message>> {
      const { messages, next } = await request<MessageList>('GET', path)
      return { items: messages.reverse(), next }
    },
    remove: (seq: number) => request('DELETE', `${here}/message/${seq}`),
    async purge(author: string, from: Date, upTo: Date): Promise<number> {
      const query = new URLSearchParams({ author, from: from.toISOString(), upTo: upTo.toISOString() })
      return (await request<{ deletedCount: number }>('DELETE', `${here}/message?${query}`)).deletedCount
    },

    async sanctions(path = `${here}/sanction`): Promise<Listed<Sanction>> {
      const { sanctions, next } = await request<SanctionList>('GET', path)
      return { items: sanctions, next }
    },
    sanction: (name: string, kind: SanctionKind, sentence: Sentence | null) =>
      request('PATCH', memberPath(name), { [kind]: sentence }),

    async words(): Promise<Listed<string>> {
      const { blockedWords } = await request<{ blockedWords: string[] }>('GET', `${here}/blocked-word`)
      return { items: blockedWords, next: null }
    },
    block: (blockedWords: string[]) => request('PATCH', here, { blockedWords }),

    async audit(path = `${here}/audit`): Promise<Listed<AuditEntry>> {
      const { entries, next } = await request<AuditList>('GET', path)
      return { items: entries, next }
    },
  }
}

export type ModerationApi = ReturnType<typeof moderationApi>
