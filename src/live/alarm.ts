/** No alarm is set earlier than this from now, whatever it is for. */
const MIN_ALARM_MILLISECONDS = 1000

/** A hub's alarm. An object has only one. Each that is set is a row written, and each that goes off is a request. */
export class Alarm {
  readonly #storage: DurableObjectStorage
  /** The time to which it is set, or null. Undefined until it has been read from storage. */
  #time: number | null | undefined

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
  }

  /** Takes notice that it has gone off. */
  goOff(): void {
    this.#time = null
  }

  /** Returns whether it is known to be set to a time or an earlier one. */
  isSetBy(time: number): boolean {
    return typeof this.#time === 'number' && this.#time <= time
  }

  /** Sets it to a time, unless it is set to an earlier one. */
  async setBy(time: number): Promise<void> {
    const next = Math.max(Date.now() + MIN_ALARM_MILLISECONDS, time)
    if (this.#time === undefined) this.#time = await this.#storage.getAlarm()
    if (next >= (this.#time ?? Number.POSITIVE_INFINITY)) return
    this.#time = next
    await this.#storage.setAlarm(next)
  }

  /** Sets it to a time, unless it is set at all. */
  async setOnce(time: number): Promise<void> {
    if (this.#time === undefined) this.#time = await this.#storage.getAlarm()
    if (this.#time === null) await this.setBy(time)
  }
}
