import type { Bindings } from './env'
import { errorText, log } from './http/log'
import { Problem } from './http/problem'

/** A stub of a room's hub. Its methods: src/live/hub-api.ts */
type HubStub = ReturnType<Bindings['HUB']['getByName']>
type HubBinding = Pick<Bindings, 'HUB'>

/** A request that has something to tell, as Hono has it. */
type Telling = {
  env: HubBinding
  var: { requestId: string }
  executionCtx: { waitUntil(work: Promise<unknown>): void }
}

/** The hub of a room. It goes by the room's key, so that it can be found without asking D1. */
const hubOf = ({ HUB }: HubBinding, roomKey: string): HubStub => HUB.getByName(roomKey)

/** Asks a room's hub something that can't wait. Throws a 503 problem when it dies over it: it is there again at once. */
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

/**
 * Tells a room's hub something. The answer to the request neither waits for it nor fails with it: what a hub does not
 * hear of the log it reads from D1. The rest it hears from nobody else, so it is told again when it could not be reached.
 */
export const notify = (c: Telling, roomKey: string, tell: (hub: HubStub) => unknown): void => {
  const told = async (tries: number): Promise<void> => {
    try {
      await tell(hubOf(c.env, roomKey))
    } catch (error) {
      if (tries > 1) return told(tries - 1)
      log('warn', 'hub not told', c.var.requestId, { error: errorText(error) })
    }
  }
  c.executionCtx.waitUntil(told(TRIES))
}
