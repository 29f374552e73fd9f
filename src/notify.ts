import type { Bindings } from './env'
import { errorText, log } from './http/log'
import { Problem } from './http/problem'

/** A stub of a room's hub. Its methods: src/live/hub-api.ts */
type HubStub = ReturnType<Bindings['HUB']['getByName']>
type HubBinding = Pick<Bindings, 'HUB'>

/** The parts of a request's context that are used here. */
type RequestContext = {
  env: HubBinding
  var: { requestId: string }
  executionCtx: { waitUntil(work: Promise<unknown>): void }
}

/** Returns the hub of a room. It is named by the room's key, so that it is found without asking D1. */
const hubOf = ({ HUB }: HubBinding, roomKey: string): HubStub => HUB.getByName(roomKey)

/** Asks a room's hub for something that the answer needs. Throws a 503 problem if the hub fails: it restarts at once. */
export const askHub = async <Answer>(
  env: HubBinding,
  roomKey: string,
  question: (hub: HubStub) => Promise<Answer>,
): Promise<Answer> => {
  try {
    return await question(hubOf(env, roomKey))
  } catch (cause) {
    throw new Problem(
      'unavailable',
      'The live connections of this chatroom are restarting. Try again in a second.',
      {
        headers: { 'Retry-After': '1' },
        cause,
      },
    )
  }
}

const TRIES = 3
/** The most hubs that one request calls. Cloudflare allows a request 50 calls on the free plan, of which D1 and the limits take some. */
export const MAX_HUB_CALLS = 36

/**
 * Tells the hubs of rooms something. The answer neither waits for it nor fails with it. A hub that could not be reached is told again.
 * If it still was not, or there were more rooms than calls, it finds out from D1: entries when the next one comes, and both entries and
 * the access of its listeners when it compares.
 */
export const notifyAll = (c: RequestContext, roomKeys: string[], tell: (hub: HubStub) => unknown): void => {
  let calls = 0
  const told = async (roomKey: string, tries: number): Promise<void> => {
    if (calls++ >= MAX_HUB_CALLS) return log('warn', 'hub left to compare', c.var.requestId)
    try {
      await tell(hubOf(c.env, roomKey))
    } catch (error) {
      if (tries > 1) return told(roomKey, tries - 1)
      log('warn', 'hub not told', c.var.requestId, { error: errorText(error) })
    }
  }
  c.executionCtx.waitUntil(Promise.all(roomKeys.map((roomKey) => told(roomKey, TRIES))))
}

/** Tells the hub of a room something: see `notifyAll`. */
export const notify = (c: RequestContext, roomKey: string, tell: (hub: HubStub) => unknown): void =>
  notifyAll(c, [roomKey], tell)
