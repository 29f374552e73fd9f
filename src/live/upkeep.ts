import type { Actor } from '../auth/actor'
import { errorText, log } from '../http/log'
import type { AccessControl, RunInDatabase } from './access-control'
import { Alarm } from './alarm'
import type { Connections } from './connections'
import type { Delivery } from './delivery'
import { type Departed, rememberListener, takeDeparted } from './listener-rows'
import { deleteListeners } from './store'
import { sweepTickets } from './ticket'

/** A hub compares with D1 this long after the last entry. As long as nothing happens, each pause is as long as all the time before it. */
const FIRST_COMPARISON_MILLISECONDS = 25_000
/** No pause is longer. It bounds how late a lost entry is that nothing follows, and how long a person who is gone is shown as present. */
const LONGEST_PAUSE_MILLISECONDS = 3_600_000
/** A client that has sent pings and then none for this long is gone. Browsers slow a hidden page's timers down to one a minute. */
const SILENCE_MILLISECONDS = 90_000
/** While the hub is awake, it looks for silent clients this often at most. */
const SILENCE_CHECK_MILLISECONDS = 5000

/** The work of a hub that no call and no frame asks for. It is done at the alarm, and each alarm is a request that costs. */
export class Upkeep {
  readonly #ctx: DurableObjectState
  readonly #connections: Connections
  readonly #delivery: Delivery
  readonly #access: AccessControl
  readonly #run: RunInDatabase
  readonly #alarm: Alarm
  #silenceCheckedAt = 0
  #comparing: Promise<void> | undefined
  #isCompareWanted = false

  constructor(
    ctx: DurableObjectState,
    parts: { connections: Connections; delivery: Delivery; access: AccessControl; run: RunInDatabase },
  ) {
    this.#ctx = ctx
    this.#connections = parts.connections
    this.#delivery = parts.delivery
    this.#access = parts.access
    this.#run = parts.run
    this.#alarm = new Alarm(ctx.storage)
  }

  /** Prepares for a listener whose login ends at `expires`, or never. If others listen, the alarm stays: D1 has just been asked. */
  async prepare(expires: number | null): Promise<void> {
    await this.#alarm.setOnce(Date.now() + FIRST_COMPARISON_MILLISECONDS)
    if (expires !== null) await this.#alarm.setBy(expires)
  }

  /** Prepares for deleting a ticket. It may wait for an alarm that is set anyway, because a stored ticket that is too old is refused too. */
  async prepareForTicket(until: number): Promise<void> {
    await this.#alarm.setOnce(until)
  }

  /** Notes that entries come, or soon will: if one of them is lost, the hub must not sleep for long. */
  expectEntries(): void {
    if (this.#connections.size === 0) return
    this.closeSilent()
    const soon = Date.now() + FIRST_COMPARISON_MILLISECONDS
    if (!this.#alarm.isSetBy(soon)) this.#ctx.waitUntil(this.#compareBy(soon))
  }

  async #compareBy(time: number): Promise<void> {
    // A write to storage holds back the frames that are sent after it, so they go first.
    await scheduler.wait(0)
    await this.#alarm.setBy(time)
  }

  /** Disconnects clients that have sent pings and are silent now, unless that was done a moment ago. */
  closeSilent(): void {
    const now = Date.now()
    if (now < this.#silenceCheckedAt + SILENCE_CHECK_MILLISECONDS) return
    this.#silenceCheckedAt = now
    this.#connections.closeWhere('silent', (_, socket) => {
      const ping = this.#ctx.getWebSocketAutoResponseTimestamp(socket)
      return ping !== null && now - ping.getTime() > SILENCE_MILLISECONDS
    })
  }

  /** Disconnects those who are gone or whose login has ended, and compares the hub with D1. */
  async atAlarm(): Promise<void> {
    this.#alarm.goOff()
    const tickets = sweepTickets(this.#ctx.storage)
    const now = Date.now()
    this.#connections.closeWhere('expired', ({ expires }) => expires !== null && expires <= now)
    this.closeSilent()
    const ends = this.#connections.all.map(([, { expires }]) => expires ?? Number.POSITIVE_INFINITY)
    // Before anything that may fail.
    if (ends.length + tickets > 0) await this.#alarm.setBy(Math.min(this.#nextComparison(), ...ends))
    // An alarm that throws is repeated at once.
    await this.#orLater(() => this.deleteRowsOfDeparted())
    await this.compareNow()
  }

  /** Compares the hub with D1. Calls that come meanwhile share one more comparison: while D1 is away, each failed write calls. */
  async compareNow(): Promise<void> {
    this.#isCompareWanted = true
    this.#comparing ??= this.#compareWhileWanted()
    await this.#comparing
  }

  async #compareWhileWanted(): Promise<void> {
    try {
      while (this.#isCompareWanted) {
        this.#isCompareWanted = false
        await this.#orLater(() => this.#compare())
      }
    } finally {
      this.#comparing = undefined
    }
  }

  /** Does something that asks D1. If it fails, the alarm comes soon. */
  async #orLater(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      log('warn', 'hub not compared', undefined, { error: errorText(error) })
      await this.#alarm.setBy(Date.now() + FIRST_COMPARISON_MILLISECONDS)
    }
  }

  #nextComparison(): number {
    const now = Date.now()
    const quiet = Math.max(now - this.#connections.savedCursor.movedAt, FIRST_COMPARISON_MILLISECONDS)
    return now + Math.min(quiet, LONGEST_PAUSE_MILLISECONDS)
  }

  /** Disconnects those whose access has ended, and delivers entries that nobody published. */
  async #compare(): Promise<void> {
    if (this.#connections.size === 0) return
    await this.#delivery.compare(() => this.#access.check(() => true))
    // It is earlier now if an entry was found.
    await this.#alarm.setBy(this.#nextComparison())
  }

  /** Takes notice that the alarm is deleted with all that is stored. */
  forgetAlarm(): void {
    this.#alarm.goOff()
  }

  /** Deletes the rows in D1 of users who have left. */
  async deleteRowsOfDeparted(): Promise<void> {
    const { storage } = this.#ctx
    const departed = takeDeparted(storage, (userId) => this.#connections.has(userId))
    if (!departed) return
    const nobody: Actor = { credential: { kind: 'none' }, user: undefined }
    try {
      await this.#run({ actor: nobody }, (db) => deleteListeners(db, departed))
    } catch (error) {
      this.#remember(departed)
      throw error
    } finally {
      // Users who come back meanwhile are authorised again, which writes their rows again.
      this.#access.change()
      const { userIds } = departed
      this.#connections.closeWhere('reconnect', ({ user }) => user !== null && userIds.includes(user.id))
    }
  }

  #remember({ userIds, roomKey }: Departed): void {
    for (const userId of userIds) rememberListener(this.#ctx.storage, userId, roomKey)
  }
}
