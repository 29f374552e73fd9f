import type { Bindings } from '../env'
import { errorText, log } from '../http/log'

/** The parts of a request's context that are used here. */
type RequestContext = {
  env: Pick<Bindings, 'FILES'>
  var: { requestId: string }
  executionCtx: { waitUntil(work: Promise<unknown>): void }
}

/** The most objects that R2 deletes in one call. */
export const MAX_OBJECTS = 1000

/** Removes the objects of files that were given up. Nobody waits for it, and the sweep removes what it can't. */
export const removeObjects = (c: RequestContext, files: readonly { id: string }[] = []): void => {
  const { FILES } = c.env
  if (!FILES || files.length === 0) return
  const removed = FILES.delete(files.slice(0, MAX_OBJECTS).map(({ id }) => id)).catch((error) =>
    log('warn', 'files left for the sweep', c.var.requestId, { error: errorText(error) }),
  )
  c.executionCtx.waitUntil(removed)
}
