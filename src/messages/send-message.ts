import type { RoomRequest } from '../auth/actor'
import type { Message } from '../contract'
import type { Database } from '../db/client'
import { Problem } from '../http/problem'
import { time } from '../lib/time'
import { digest } from '../lib/token'
import { slowMode } from '../limits/limit-problems'
import { linksView } from './entry-frames'
import { insertMessage, type MessageRow } from './store'

export const messageView = (chatroom: string, row: MessageRow): Message => ({
  seq: row.seq,
  chatroom,
  userId: row.userId,
  userName: row.userName,
  message: row.text,
  createdAt: time(row.createdAt),
  ...(row.editedAt !== null && { editedAt: time(row.editedAt) }),
  ...(row.deletedAt !== null && { deletedAt: time(row.deletedAt) }),
  ...linksView(row),
  reactions: (row.reactions ?? []).map((counted) => ({
    ...counted,
    mine: row.mine?.includes(counted.reaction) ?? false,
  })),
})

export type NewMessage = { text: string; idempotencyKey: string | undefined }
export type Sent = { roomId: number; message: Message; row: MessageRow; replayed: boolean; joined: boolean }

/** Sends a message, for HTTP and for sockets. Throws the problem that keeps it from being stored. */
export const sendMessage = async (
  db: Database,
  request: RoomRequest,
  { text, idempotencyKey: key }: NewMessage,
): Promise<Sent> => {
  const idempotency = key === undefined ? undefined : { key, fingerprint: await digest(`${key} ${text}`) }
  const sent = await insertMessage(db, { ...request, text, idempotency })
  switch (sent.outcome) {
    case 'too soon':
      throw slowMode(sent.waitMilliseconds)
    case 'key reused':
      throw new Problem(
        'idempotency-key-reused',
        'This Idempotency-Key was used for another message. Make a new key for each message.',
      )
    case 'sent':
    case 'replayed': {
      const { roomId, chatroom, joined, message: row } = sent
      const message = messageView(chatroom, row)
      return { roomId, message, row, replayed: sent.outcome === 'replayed', joined }
    }
  }
}
