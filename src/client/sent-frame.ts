import type { Message, ServerFrame } from '../contract/index.ts'
import { wait } from './back-off.ts'
import { ParlourError } from './error.ts'

/** The time that the server has to answer. */
const ANSWER_MILLISECONDS = 10_000

export type SentFrame = {
  /** Resolves to the message as it is stored; without one if no answer has come. Rejects with the server's refusal. */
  answer: Promise<Message | undefined>
  /** Takes a frame that comes while the message is not answered. */
  receive: (frame: ServerFrame, chatroom: string) => void
  /** Waits for the answer no longer. */
  giveUp: () => void
}

/** Waits for the answer to a message that was sent as a frame with this `ref`. */
export const awaitAnswer = (ref: string): SentFrame => {
  const { promise, resolve, reject } = Promise.withResolvers<Message | undefined>()
  const ended = new AbortController()
  const giveUp = () => ended.abort()
  // A request can outlive the page, a connection can not.
  globalThis.addEventListener?.('pagehide', giveUp, { signal: ended.signal })
  void wait(ended.signal, ANSWER_MILLISECONDS).then(() => resolve(undefined))
  /** The messages that have come meanwhile. The answer may come before its message or after it. */
  const messages: Message[] = []
  let stored: number | undefined
  return {
    answer: promise.finally(giveUp),
    giveUp,
    receive: (frame, chatroom) => {
      if (frame.type === 'message') {
        const { type, ...message } = frame
        const reactions = message.reactions.map((count) => ({ ...count, mine: false }))
        messages.push({ ...message, reactions, chatroom })
      }
      if ('ref' in frame && frame.ref === ref) {
        if (frame.type === 'sent') {
          stored = frame.seq
          // It was stored before. Its message may have come over an earlier connection.
          if (frame.replayed) giveUp()
        } else if (frame.type === 'held')
          // The answer to a request says the same.
          giveUp()
        else {
          const { problem, retryAfterSeconds } = frame
          // A request finds out what has become of the user.
          if (problem.status === 401 || /user-not-found$/.test(problem.type)) giveUp()
          else reject(new ParlourError(problem.status, problem, retryAfterSeconds))
        }
      }
      const message = messages.find(({ seq }) => seq === stored)
      if (message) resolve(message)
    },
  }
}
