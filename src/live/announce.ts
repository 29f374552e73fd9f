import type { Hub } from './hub'

type Bindings = { HUB: DurableObjectNamespace<Hub> }

/** A request that has something to tell, as Hono has it. */
type Telling = {
  env: Bindings
  var: { requestId: string }
  executionCtx: { waitUntil(work: Promise<unknown>): void }
}

/** The hub of a room. It goes by the room's key, so that it can be found without asking D1. */
export const hubOf = ({ HUB }: Bindings, roomKey: string): DurableObjectStub<Hub> => HUB.getByName(roomKey)

/**
 * Tells a room's hub something. The answer to the request neither waits for it nor fails with it: what a hub does not
 * hear of it reads from D1.
 */
export const announce = (
  c: Telling,
  roomKey: string,
  tell: (hub: DurableObjectStub<Hub>) => unknown,
): void => {
  const told = async () => {
    try {
      await tell(hubOf(c.env, roomKey))
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      console.warn(JSON.stringify({ requestId: c.var.requestId, problem: 'hub not told', error: message }))
    }
  }
  c.executionCtx.waitUntil(told())
}
