import { DurableObject } from 'cloudflare:workers'
import type { WebhookAttempt } from '../contract'
import { type Database, openDatabase } from '../db/client'
import type { Bindings } from '../env'
import { linksOf, type MakeLinks } from '../files/links'
import { errorText, log } from '../http/log'
import { openRequestLimits } from '../limits/request-limits'
import { askHub } from '../notify'
import { attempt, type Delivery, MAX_FAILURES, waitAfter } from './attempt'
import { ROOMS_COMPARED, webhookBehind } from './behind'
import { type Deliverable, findDeliverable, roomsToTell, saveCursor, stopWebhook } from './delivery-store'
import { type Again, type Announcing, DUE, type Failing, keyOf, placeOf } from './due'
import type { Answer } from './send'
import { type Happening, readStream } from './streams'
import type { DeliveryState, Place, WebhookApi } from './webhook-api'

const MAX_ATTEMPTS_KEPT = 20
/** The most that is read of a stream at once. It is stored how far the webhook is after so many deliveries at most. */
const READ_AT_ONCE = 20
/** The rest is read again after this time: its texts may have been deleted meanwhile. */
const READ_AGAIN_MILLISECONDS = 1000
/** The most calls to D1, hubs and receivers in one run. Cloudflare allows 50 on the free plan. */
const CALLS_PER_RUN = 40
/** The wait after an error that is not the receiver's. */
const TROUBLE_MILLISECONDS = 30_000

/**
 * Delivers what happens to one webhook, in order. D1 says what happened and how far it has been delivered; the object remembers only where to look, and its
 * alarm does the work, so that nothing is lost if it dies. It has no alarm while nothing is to be delivered. docs/decisions/0047
 */
export class Webhook extends DurableObject<Bindings> implements WebhookApi {
  #isRunning = false
  /** Grows when the webhook is changed or deleted. A run that began before ends. */
  #changes = 0
  /** The places that were named since they were last read. */
  readonly #fresh = new Set<string>()
  /** The number of calls that are left in a run. */
  #calls = 0

  get #kv() {
    return this.ctx.storage.kv
  }

  async start(id: number, apiUrl?: string): Promise<void> {
    this.#changes++
    this.#kv.put('id', id)
    if (apiUrl !== undefined) this.#kv.put('apiUrl', apiUrl)
    this.#kv.delete('failing')
    this.#kv.delete('off')
    this.#kv.put('announcing', { before: Number.MAX_SAFE_INTEGER, told: 0 } satisfies Announcing)
    await this.ctx.storage.setAlarm(Date.now())
  }

  async wake(id: number, places: Place[]): Promise<boolean> {
    if (this.#kv.get('off')) return false
    if (this.#kv.get('id') !== id) {
      // The call of `start` was lost, or the webhook was deleted and the hub does not know.
      const { outcome } = await findDeliverable(this.#open().db, id, Date.now())
      if (outcome !== 'on') return false
      await this.start(id)
    }
    for (const key of places.map(keyOf)) {
      this.#fresh.add(key)
      if (this.#kv.get(key) === undefined) this.#kv.put(key, true)
    }
    // A run looks for places before it ends.
    if (!this.#isRunning && (await this.ctx.storage.getAlarm()) === null)
      await this.ctx.storage.setAlarm(Date.now())
    return true
  }

  async resend(id: number): Promise<void> {
    this.#kv.put('id', id)
    const again = this.#kv.get<Again>('last')
    this.#kv.delete('failing')
    if (this.#nextKey() === undefined && again) this.#kv.put('again', again)
    await this.ctx.storage.setAlarm(Date.now())
  }

  state(): DeliveryState {
    const failing = this.#kv.get<Failing>('failing')
    return {
      attempts: this.#kv.get<WebhookAttempt[]>('attempts') ?? [],
      failures: failing?.count ?? 0,
      nextAttemptAt: failing?.next ?? null,
    }
  }

  async end(): Promise<void> {
    this.#changes++
    await this.ctx.storage.deleteAlarm()
    await this.ctx.storage.deleteAll()
  }

  override async alarm(): Promise<void> {
    this.#isRunning = true
    const { db, cost } = this.#open()
    try {
      await this.#run(db)
    } catch (error) {
      // An alarm that throws is repeated at once.
      log('warn', 'webhook not delivered', undefined, { error: errorText(error) })
      await this.ctx.storage.setAlarm(Date.now() + TROUBLE_MILLISECONDS)
    } finally {
      this.#isRunning = false
      if (cost.rowsWritten > 0) this.#limits.settle(cost.rowsWritten)
    }
  }

  #open() {
    return openDatabase(this.env.DB, { bookmark: undefined, reading: false })
  }

  get #limits() {
    const waitUntil = (work: Promise<unknown>) => this.ctx.waitUntil(work)
    const credential = async () => ({ kind: 'none' as const })
    return openRequestLimits(this.env, { isAdmin: true, credential, waitUntil })
  }

  /** Makes links by the URL at which the webhook was made or changed. One that was made before 2026-11-27 has paths only. */
  readonly #makeLinks: MakeLinks = (rows) => {
    const base = () => this.#kv.get<string>('apiUrl') ?? '/'
    return linksOf({ base, secret: () => this.#limits.sharedSecret() }, rows)
  }

  async #run(db: Database): Promise<void> {
    const id = this.#kv.get<number>('id')
    if (id === undefined) return
    const changes = this.#changes
    this.#calls = CALLS_PER_RUN
    const found = await findDeliverable(db, id, Date.now())
    if (changes !== this.#changes) return
    switch (found.outcome) {
      case 'gone':
        return this.end()
      case 'off':
        return this.#turnOff()
      case 'on':
    }
    if (await this.#announce(db, found.webhook)) return this.#goOn()
    const failing = this.#kv.get<Failing>('failing')
    if (failing && failing.next > Date.now()) return this.ctx.storage.setAlarm(failing.next)
    await this.#deliverAll(db, found.webhook)
  }

  /** Does the rest in a run of its own. */
  #goOn(): Promise<void> {
    return this.ctx.storage.setAlarm(Date.now())
  }

  /** Forgets what was to be delivered. */
  #turnOff(): void {
    for (const [key] of [...this.#kv.list({ prefix: DUE })]) this.#kv.delete(key)
    for (const key of ['failing', 'again', 'announcing']) this.#kv.delete(key)
    this.#kv.put('off', true)
  }

  /**
   * Makes the hubs of the webhook's rooms look anew which webhooks there are, and then looks for what happened before they did. Of the rooms of the site, it
   * tells the newest; the sweep finds what happens in the others. Returns whether there is more to do.
   */
  async #announce(db: Database, { id, roomId }: Deliverable): Promise<boolean> {
    const announcing = this.#kv.get<Announcing>('announcing')
    if (!announcing) return false
    const { before, told } = announcing
    const limit = CALLS_PER_RUN - 10
    const rooms = await roomsToTell(db, { roomId, before, limit })
    await Promise.all(rooms.map(({ key }) => askHub(this.env, key, (hub) => hub.forgetWebhooks())))
    const last = rooms.at(-1)
    const isLast = last === undefined || rooms.length < limit || told + rooms.length >= ROOMS_COMPARED
    if (!isLast) {
      this.#kv.put('announcing', { before: last.id, told: told + rooms.length } satisfies Announcing)
      return true
    }
    for (const place of await webhookBehind(db, { id, roomId })) this.#kv.put(keyOf(place), true)
    this.#kv.delete('announcing')
    return rooms.length > 0
  }

  /** Returns the place to look at next: the one that failed, or else any. */
  #nextKey(): string | undefined {
    const failing = this.#kv.get<Failing>('failing')
    if (failing) return failing.key
    return [...this.#kv.list({ prefix: DUE, limit: 1 })][0]?.[0]
  }

  async #deliverAll(db: Database, webhook: Deliverable): Promise<void> {
    for (let key = this.#nextKey(); key !== undefined; key = this.#nextKey()) {
      if (this.#calls <= 0) return this.#goOn()
      if (!(await this.#deliverPlace(db, webhook, key))) return
    }
    const again = this.#kv.get<Again>('again')
    if (!again) return
    await this.#sendAgain(db, webhook, again)
    if (this.#nextKey() !== undefined) await this.#goOn()
  }

  /** Delivers what is new at a place. Returns false if the run must end. */
  async #deliverPlace(db: Database, webhook: Deliverable, key: string): Promise<boolean> {
    const { id } = webhook
    const place = placeOf(key)
    const since = webhook.since[place.stream]
    this.#fresh.delete(key)
    this.#calls -= 2
    const readAt = Date.now()
    const asked = { limit: READ_AT_ONCE, makeLinks: this.#makeLinks }
    const reading = since === undefined ? undefined : await readStream(db, { id, since }, place, asked)
    if (!reading || since === undefined) {
      this.#kv.delete(key)
      if (this.#kv.get<Failing>('failing')?.key === key) this.#kv.delete('failing')
      return true
    }
    let { done } = reading
    const save = async (reached: number) => {
      if (reached > reading.done) await saveCursor(db, { id, since }, { ...place, place: reached })
    }
    for (const happening of reading.happenings) {
      if (done > reading.done && Date.now() > readAt + READ_AGAIN_MILLISECONDS) {
        await save(done)
        return true
      }
      const outcome = await this.#deliver(webhook, place, happening)
      if (outcome === 'changed') return false
      if (outcome !== 'done') {
        await save(done)
        if (outcome === 'no calls left') await this.#goOn()
        else await this.#fail(db, webhook, { key, ...outcome })
        return false
      }
      done = happening.place
    }
    await save(reading.end)
    if (this.#kv.get<Failing>('failing')) this.#kv.delete('failing')
    if (!reading.more && !this.#fresh.has(key)) this.#kv.delete(key)
    return true
  }

  /** Delivers one thing, unless it is not wanted or can't be told any more. */
  async #deliver(
    webhook: Deliverable,
    place: Place,
    happening: Happening,
  ): Promise<'done' | 'changed' | 'no calls left' | Answer> {
    const { data, event } = happening
    if (data === undefined || !webhook.events.includes(event)) return 'done'
    if (this.#calls <= 0) return 'no calls left'
    const answer = await this.#attempt(webhook, { ...place, happening: { ...happening, data } })
    if (answer === undefined) return 'changed'
    if (answer.error !== null) return answer
    if (this.#kv.get('failing')) this.#kv.delete('failing')
    return 'done'
  }

  /** Tries a delivery, and notes it. Returns undefined if the webhook was changed meanwhile. */
  async #attempt(webhook: Deliverable, delivery: Delivery): Promise<Answer | undefined> {
    const changes = this.#changes
    this.#calls--
    const allowsLocalhost = this.env.WEBHOOK_LOCALHOST === 'true'
    const tried = await attempt(webhook, delivery, { allowsLocalhost })
    if (changes !== this.#changes) return undefined
    const before = this.#kv.get<WebhookAttempt[]>('attempts') ?? []
    this.#kv.put('attempts', [tried.attempt, ...before].slice(0, MAX_ATTEMPTS_KEPT))
    const { stream, roomId, happening } = delivery
    this.#kv.put('last', { stream, roomId, place: happening.place } satisfies Again)
    return tried.answer
  }

  /** Plans the next try, or switches the webhook off. */
  async #fail(
    db: Database,
    { id }: Deliverable,
    { key, status, error, retryAfter }: Answer & { key: string },
  ): Promise<void> {
    const changes = this.#changes
    const count = (this.#kv.get<Failing>('failing')?.count ?? 0) + 1
    const now = Date.now()
    if (status === 410 || count >= MAX_FAILURES) {
      const stopped = status === 410 ? 'gone' : 'failing'
      await stopWebhook(db, id, { stopped, reason: error ?? '', now })
      // It may have been switched on again meanwhile.
      if (changes === this.#changes) this.#turnOff()
      return
    }
    const next = now + waitAfter(count, retryAfter)
    this.#kv.put('failing', { count, next, key } satisfies Failing)
    await this.ctx.storage.setAlarm(next)
  }

  /** Sends a delivery once more, as it stands now. A failure changes nothing. */
  async #sendAgain(db: Database, webhook: Deliverable, { stream, roomId, place }: Again): Promise<void> {
    const { id } = webhook
    const asked = { limit: 1, after: place - 1, makeLinks: this.#makeLinks }
    const reading = await readStream(db, { id, since: 0 }, { stream, roomId }, asked)
    const [happening] = reading?.happenings ?? []
    if (happening?.place === place && happening.data)
      await this.#attempt(webhook, { stream, roomId, happening: { ...happening, data: happening.data } })
    this.#kv.delete('again')
  }
}
