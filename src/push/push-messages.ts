import type { EntryFrame } from '../contract'
import type { Database } from '../db/client'
import { errorText, log } from '../http/log'
import { addressOf, payloadBytes } from './payload'
import { postPush } from './post'
import { type PushSettings, type ServerKeys, serverKeys } from './server-keys'
import { deleteSubscriptions, findRecipients, type Recipient } from './store'
import { openSubscription } from './subscription'

type MessageFrame = Extract<EntryFrame, { type: 'message' }>

/** The most requests to push services for the messages that are published together. */
const MAX_REQUESTS = 40

/** The work in D1, which counts what is written. */
type Run = <Result>(work: (db: Database) => Promise<Result>) => Promise<Result>

const isNews = (frame: EntryFrame): frame is MessageFrame =>
  frame.type === 'message' && frame.message !== null && (frame.replyTo !== null || frame.mentions.length > 0)

/** Sends a message to one browser. Returns whether its subscription is of use. */
const pushTo = async (
  keys: ServerKeys,
  { id, data, chatroom }: Recipient,
  { seq, userName, message, files }: MessageFrame,
  left: { count: number },
): Promise<boolean> => {
  const subscription = await openSubscription(keys, id, data)
  if (!subscription) return false
  const url = addressOf(subscription.page, seq)
  // A picture without a text is named.
  const shown = message || files.map(({ description, name }) => description ?? name).join(', ')
  const payload = payloadBytes({ chatroom, seq, userName, message: shown, url })
  return (await postPush(keys, subscription, payload, left)) !== 'gone'
}

const push = async (
  settings: PushSettings,
  run: Run,
  roomId: number,
  frames: Map<number, MessageFrame>,
): Promise<void> => {
  const keys = await serverKeys(settings)
  if (!keys) return
  const asked = { roomId, seqs: [...frames.keys()], now: Date.now(), limit: MAX_REQUESTS }
  const recipients = await run((db) => findRecipients(db, asked))
  const left = { count: MAX_REQUESTS }
  const useless: string[] = []
  await Promise.all(
    recipients.map(async (recipient) => {
      const frame = frames.get(recipient.seq)
      if (frame && !(await pushTo(keys, recipient, frame, left))) useless.push(recipient.id)
    }),
  )
  if (useless.length > 0) await run((db) => deleteSubscriptions(db, useless))
}

/**
 * Pushes new messages to those whom they mention or reply to. Asks D1 only where there are such messages and Web Push is on. Returns
 * undefined if there is nothing to do. Nothing is tried again later: a push is best effort.
 */
export const pushMessages = (
  settings: PushSettings,
  run: Run,
  roomId: number,
  entries: EntryFrame[],
): Promise<void> | undefined => {
  if (!settings.VAPID_PRIVATE_KEY || !settings.VAPID_SUBJECT) return undefined
  const news = entries.filter(isNews)
  if (news.length === 0) return undefined
  return push(settings, run, roomId, new Map(news.map((frame) => [frame.seq, frame]))).catch((error) =>
    log('warn', 'messages not pushed', undefined, { error: errorText(error) }),
  )
}
