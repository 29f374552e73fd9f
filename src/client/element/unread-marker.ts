/** Counts the messages that arrived while the reader was elsewhere, and marks the first of them. */
export class UnreadMarker {
  /** The number of the first new message. The line above it stays until the reader answers or a new first one arrives. */
  marker: number | undefined
  /** The number of new messages that the reader hasn't seen. */
  count = 0
  #isAway = false

  /** Takes note of whether the reader sees the newest message. All messages are read then. */
  setReading(isReading: boolean): void {
    this.#isAway = !isReading
    if (isReading) this.count = 0
  }

  arrived(seq: number): void {
    if (!this.#isAway) return
    if (this.count === 0) this.marker = seq
    this.count++
  }

  /** Removes the line: the reader has written something. */
  answered(): void {
    this.marker = undefined
    this.count = 0
  }
}
