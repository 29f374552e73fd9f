/** Tells the other tabs of the site that this one shows a room, until the returned function is called. */
export const showRoom = (room: string): (() => void) => {
  const hidden = Promise.withResolvers<void>()
  // Without locks, in a page that isn't secure, each tab decides for itself.
  navigator.locks?.request(`parlour-shown ${room}`, { mode: 'shared' }, () => hidden.promise).catch(() => {})
  return hidden.resolve
}

/** Returns whether a tab of the site shows a room. */
export const isShown = async (room: string): Promise<boolean> =>
  (await navigator.locks?.request(
    `parlour-shown ${room}`,
    { ifAvailable: true },
    async (lock) => lock === null,
  )) ?? false

/**
 * Competes with the other tabs of the site to be the one that notifies of a room. A lock decides, because the storage that tabs share may
 * show a tab what another has stored only later.
 */
export class NotifyingTab {
  #room: string | undefined
  #isLeading: Promise<boolean> | undefined
  #release: (() => void) | undefined

  /** Resolves to whether this tab notifies of a room. It does until it ends, or shows another room. */
  async isLeading(room: string): Promise<boolean> {
    this.stay(room)
    this.#room = room
    this.#isLeading ??= this.#lead(room)
    const isLeading = await this.#isLeading
    // The tab that leads may end before the next message.
    if (!isLeading && room === this.#room) this.#isLeading = undefined
    return isLeading
  }

  #lead(room: string): Promise<boolean> {
    const { locks } = navigator
    if (!locks) return Promise.resolve(true)
    return new Promise((resolve) => {
      const released = new Promise<void>((release) => {
        this.#release = release
      })
      locks
        .request(`parlour-notifies ${room}`, { ifAvailable: true }, (lock) => {
          resolve(lock !== null)
          return lock ? released : undefined
        })
        .catch(() => resolve(true))
    })
  }

  /** Ends, unless it notifies of this room. */
  stay(room: string | undefined): void {
    if (room !== this.#room) this.end()
  }

  end(): void {
    this.#release?.()
    this.#isLeading = undefined
  }
}
