import type { Database } from '../db/client'
import { SITE } from '../db/fragments'
import { errorText, log } from '../http/log'
import { webhooksOfRoom } from './delivery-store'
import type { Place, WebhookApi } from './webhook-api'

/** The waits before a webhook that could not be told is told again. */
const RETRY_MILLISECONDS = [0, 1000, 5000]

type Namespace = DurableObjectNamespace<WebhookApi>

/** Tells a webhook of places where something is new. Returns false if it delivers nothing any more. A loss is made good by the next call, or by the sweep. */
export const wakeWebhook = async (namespace: Namespace, id: number, places: Place[]): Promise<boolean> => {
  for (let failures = 0; ; failures++) {
    try {
      return await namespace.getByName(String(id)).wake(id, places)
    } catch (error) {
      const wait = RETRY_MILLISECONDS[failures]
      if (wait === undefined) {
        log('warn', 'webhook not told', undefined, { webhook: id, error: errorText(error) })
        return true
      }
      if (wait > 0) await scheduler.wait(wait)
    }
  }
}

/** Tells the webhooks of the site that somebody was banned from the site. */
export const tellOfSiteBan = async (db: Database, namespace: Namespace): Promise<void> => {
  try {
    const place: Place = { stream: 'ban', roomId: SITE }
    const ids = await webhooksOfRoom(db, SITE)
    await Promise.all(ids.map((id) => wakeWebhook(namespace, id, [place])))
  } catch (error) {
    log('warn', 'webhooks not read', undefined, { error: errorText(error) })
  }
}

/** The webhooks of a room and of the site: their ids. */
type Known = { roomId: number; ids: number[] }
const KEY = 'webhooks'

type Options = {
  storage: DurableObjectStorage
  namespace: () => Namespace
  open: () => Database
  waitUntil: (work: Promise<unknown>) => void
}

/**
 * Tells a room's webhooks what is new. The hub remembers which webhooks there are, so that a message in a room without any costs nothing. A webhook that is new
 * makes the hub forget that.
 */
export class RoomWebhooks {
  readonly #options: Options
  #known: Known | undefined
  /** The reading of D1 that is under way. After the hub has forgotten, its result counts no longer. */
  #reading: { roomId: number; known: Promise<Known | undefined> } | undefined
  /** The places that wait for a call to a webhook to end. */
  readonly #waiting = new Map<number, Place[]>()

  constructor(options: Options) {
    this.#options = options
  }

  /** Tells the webhooks that something is new in a stream of the room. Nothing waits for it. */
  tell(place: Place): void {
    this.#known ??= this.#options.storage.kv.get<Known>(KEY)
    if (this.#known?.roomId === place.roomId && this.#known.ids.length === 0) return
    this.#options.waitUntil(this.#tell(place))
  }

  /** Forgets which webhooks there are. */
  forget(): void {
    this.#reading = undefined
    this.#known = undefined
    this.#options.storage.kv.delete(KEY)
  }

  async #tell(place: Place): Promise<void> {
    const known = this.#known?.roomId === place.roomId ? this.#known : await this.#read(place.roomId)
    await Promise.all((known?.ids ?? []).map((id) => this.#wake(id, place)))
  }

  async #read(roomId: number): Promise<Known | undefined> {
    const reading = this.#reading?.roomId === roomId ? this.#reading : { roomId, known: this.#ask(roomId) }
    this.#reading = reading
    const known = await reading.known
    if (this.#reading !== reading) return known
    this.#reading = undefined
    if (known) {
      this.#known = known
      this.#options.storage.kv.put(KEY, known)
    }
    return known
  }

  async #ask(roomId: number): Promise<Known | undefined> {
    try {
      return { roomId, ids: await webhooksOfRoom(this.#options.open(), roomId) }
    } catch (error) {
      log('warn', 'webhooks not read', undefined, { error: errorText(error) })
      return undefined
    }
  }

  /** Tells one webhook. While a call to it is under way, places wait, and go together in the next one. */
  async #wake(id: number, place: Place): Promise<void> {
    const waiting = this.#waiting.get(id)
    if (waiting) {
      if (!waiting.some(({ stream }) => stream === place.stream)) waiting.push(place)
      return
    }
    const places = [place]
    this.#waiting.set(id, places)
    while (places.length > 0) {
      const isOn = await wakeWebhook(this.#options.namespace(), id, places.splice(0))
      if (!isOn) this.forget()
    }
    this.#waiting.delete(id)
  }
}
