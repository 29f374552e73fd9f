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

/**
 * The waits before a hub that could not be told is told again. It restarts at once, or is away for some seconds during a deploy or a
 * move. Together they are shorter than the 30 seconds for which Cloudflare lets a request work after its answer.
 */
const RETRY_MILLISECONDS = [0, 0, 1000, 5000, 15_000]
/** The most calls of hubs that one request makes. Cloudflare allows a request 50 calls on the free plan, of which D1 and the limits take some. */
export const MAX_HUB_CALLS = 36

/** Waits for half the time to all of it, so that many requests don't try again at the same moment. */
const waitAbout = (milliseconds: number): Promise<void> =>
  scheduler.wait(milliseconds * (0.5 + 0.5 * Math.random()))

/** The number of calls of hubs that each request or run of the sweep has made. */
const calls = new WeakMap<RequestContext, number>()

type Tell = (hub: HubStub) => unknown

/** Tells a hub something. It tries again if that fails, as long as the request may call hubs. */
const call = async (c: RequestContext, roomKey: string, tell: Tell): Promise<void> => {
  for (let failures = 0; ; failures++) {
    const before = calls.get(c) ?? 0
    if (before >= MAX_HUB_CALLS) return log('warn', 'hub left to compare', c.var.requestId)
    calls.set(c, before + 1)
    try {
      return void (await tell(hubOf(c.env, roomKey)))
    } catch (error) {
      const wait = RETRY_MILLISECONDS[failures]
      if (wait === undefined) return log('warn', 'hub not told', c.var.requestId, { error: errorText(error) })
      if (wait > 0) await waitAbout(wait)
    }
  }
}

/**
 * Tells the hubs of rooms something. The answer neither waits for it nor fails with it. A hub that could not be reached is told again.
 * If it still was not, or there were more rooms than calls, it finds out from D1: entries when the next one comes, and both entries and
 * the access of its listeners when it compares.
 */
export const notifyAll = (c: RequestContext, roomKeys: string[], tell: Tell): void => {
  c.executionCtx.waitUntil(Promise.all(roomKeys.map((roomKey) => call(c, roomKey, tell))))
}

/** Tells the hub of a room something: see `notifyAll`. */
export const notify = (c: RequestContext, roomKey: string, tell: Tell): void => notifyAll(c, [roomKey], tell)

/** As in src/live/hub-api.ts. */
type NewEntry = Parameters<HubStub['publish']>[1][number]

/** The entries that wait for a call to a room's hub to end, and when that call began. */
type Queue = { waiting: NewEntry[]; since: number }

/** By the binding and the room's id. A request can't wait for the work of another, but it can leave an entry here for it. */
const queues = new WeakMap<Bindings['HUB'], Map<number, Queue>>()
/** A call that takes longer may belong to a request that was ended, so another request takes over the entries that wait for it. */
const TAKE_OVER_MILLISECONDS = 2000
/** The most calls that one request makes for the entries of others. */
const MAX_PUBLISH_CALLS = 10

/**
 * Tells the hub of a room about a new entry. While a call to it is under way, entries wait, and the request of that call sends them
 * together in the next one. Nobody waits for that, and a lost entry is read from D1: see `notifyAll`.
 */
export const publish = (c: RequestContext, roomKey: string, roomId: number, entry: NewEntry): void => {
  const rooms = queues.get(c.env.HUB) ?? new Map<number, Queue>()
  queues.set(c.env.HUB, rooms)
  const busy = rooms.get(roomId)
  const since = Date.now()
  if (busy && since - busy.since < TAKE_OVER_MILLISECONDS) return void busy.waiting.push(entry)
  const queue = { waiting: [...(busy?.waiting.splice(0) ?? []), entry], since }
  rooms.set(roomId, queue)
  const release = () => {
    if (rooms.get(roomId) === queue) rooms.delete(roomId)
  }
  const send = async (): Promise<void> => {
    for (let calls = 1; queue.waiting.length > 0; calls++) {
      // The next request then makes a call of its own, and this is the last one here.
      if (calls === MAX_PUBLISH_CALLS) release()
      queue.since = Date.now()
      const entries: NewEntry[] = []
      await call(c, roomKey, (hub) => {
        entries.push(...queue.waiting.splice(0))
        return hub.publish(roomId, entries)
      })
    }
    release()
  }
  c.executionCtx.waitUntil(send())
}
