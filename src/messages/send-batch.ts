import type { RoomRequest } from '../auth/actor'
import { loginStatements } from '../auth/store'
import { batch, type Database, type Statements } from '../db/client'
import { digest } from '../lib/token'
import { contentOf } from './content-refusal'
import { noLinks } from './entry-frames'
import { messageView, type NewMessage, type Sent } from './send-message'
import { sendStatements } from './store'

const statementsOf = async (
  db: Database,
  request: RoomRequest,
  { text, idempotencyKey: key }: NewMessage,
) => {
  const idempotency = key === undefined ? undefined : { key, fingerprint: await digest(`${key} ${text}`) }
  return {
    ...loginStatements(db, request.actor.credential, request.now),
    ...sendStatements(db, { ...request, text, idempotency, content: contentOf(text) }),
  }
}

/**
 * Sends messages in one round trip. Gives undefined for each of which nothing was stored; `sendMessage` says why. If the batch fails,
 * none of them is stored, unless only the answer was lost.
 */
export const sendBatch = async (
  db: Database,
  messages: { request: RoomRequest; message: NewMessage }[],
): Promise<(Sent | undefined)[]> => {
  const all: Statements = {}
  const sets = await Promise.all(messages.map(({ request, message }) => statementsOf(db, request, message)))
  for (const [index, set] of sets.entries())
    for (const [name, statement] of Object.entries(set)) all[`${index} ${name}`] = statement
  const results = (await batch(db, all)) as Record<string, unknown[]>
  return messages.map(({ message: { text } }, index) => {
    const rows = (name: string) => results[`${index} ${name}`] ?? []
    const [stored] = rows('stored') as { seq: number; createdAt: number }[]
    const [auth] = rows('auth') as {
      roomId: number
      chatroom: string
      userId: number
      userName: string
      isMember: number
    }[]
    if (!stored || !auth) return undefined
    const { roomId, chatroom, userId, userName } = auth
    const row = { ...noLinks, userId, userName, text, editedAt: null, deletedAt: null, ...stored }
    return {
      roomId,
      row,
      message: messageView(chatroom, row),
      replayed: false,
      joined: !auth.isMember,
    }
  })
}
