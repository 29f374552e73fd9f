/** What the reader hasn't seen yet: what came while they looked elsewhere, or further up. */
export class UnreadMarker {
  /** The number of the first message that was new; the line above it stays until something else is. */
  marker: number | undefined
  /** How many are new and unseen. */
  count = 0
  #isAway = false

  /** Whether the newest message is in sight; then all are seen. */
  look(isThere: boolean): void {
    this.#isAway = !isThere
    if (isThere) this.count = 0
  }

  arrived(seq: number): void {
    if (!this.#isAway) return
    if (this.count === 0) this.marker = seq
    this.count++
  }

  /** Who answers has read. */
  answered(): void {
    this.marker = undefined
    this.count = 0
  }
}
