import { openStorage } from '../storage.ts'

/** The number of rooms whose marks a browser keeps: those that were read last. */
const MAX_ROOMS = 100

/** A room as one reader has it. `createdAt`: a room that is deleted and made again has a log that begins anew. */
export type MarkedRoom = { name: string; createdAt: string; userId: number | undefined }

type Kept = [name: string, createdAt: string, userId: number, seq: number]

const isKept = (value: unknown): value is Kept =>
  Array.isArray(value) &&
  ['string', 'string', 'number', 'number'].every((type, i) => typeof value[i] === type)

/** The marks of a browser's readers: for readers without a token, and until the server has them. */
export class KeptMarks {
  readonly #storage = openStorage('localStorage')
  readonly #key: string

  constructor(serverUrl: string) {
    this.#key = `parlour-read ${serverUrl}`
  }

  #all(): Kept[] {
    return [this.#storage.get(this.#key)].flat().filter(isKept)
  }

  #is({ name, userId = 0 }: MarkedRoom): (kept: Kept) => boolean {
    return ([keptName, , keptId]) => keptName === name && keptId === userId
  }

  /** Returns the number of the last entry that the reader has read in a room, if it is known. */
  get(room: MarkedRoom): number | undefined {
    const kept = this.#all().find(this.#is(room))
    return kept?.[1] === room.createdAt ? kept[3] : undefined
  }

  /** Keeps a mark. One that another tab has moved farther stays. */
  set(room: MarkedRoom, seq: number): void {
    const isOther = (kept: Kept) => !this.#is(room)(kept)
    const mark: Kept = [room.name, room.createdAt, room.userId ?? 0, Math.max(seq, this.get(room) ?? 0)]
    this.#storage.set(this.#key, [...this.#all().filter(isOther), mark].slice(-MAX_ROOMS))
  }
}
