// Boxes of the ISO base media format (ISO/IEC 14496-12): a length, a type of four letters, and content, which may be boxes again.

import { ascii, view } from './bytes'
import { DamagedFile } from './damaged-file'

/** Reads numbers one after the other. Throws a `DamagedFile` at the end. */
export class Fields {
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#view = view(bytes)
  }

  /** Reads an unsigned number of 0, 1, 2, 4 or 8 bytes. */
  uint(bytes: number): number {
    const at = this.#at
    this.#at += bytes
    if (this.#at > this.#view.byteLength) throw new DamagedFile('A box of the picture is too short.')
    if (bytes === 0) return 0
    if (bytes === 1) return this.#view.getUint8(at)
    if (bytes === 2) return this.#view.getUint16(at)
    if (bytes === 4) return this.#view.getUint32(at)
    return Number(this.#view.getBigUint64(at))
  }
}

export type Box = { type: string; content: Uint8Array }

/** Returns the boxes in bytes. The content is a view of the bytes. */
export const boxesIn = (bytes: Uint8Array): Box[] => {
  const boxes: Box[] = []
  for (let at = 0; at + 8 <= bytes.length; ) {
    const length = view(bytes).getUint32(at)
    if (length < 8 || at + length > bytes.length) {
      throw new DamagedFile('A box of the picture has a wrong length.')
    }
    boxes.push({ type: ascii(bytes, at + 4, at + 8), content: bytes.subarray(at + 8, at + length) })
    at += length
  }
  return boxes
}

/** Returns the content of the first box of a type; nothing where there is none. */
export const contentOf = (boxes: readonly Box[], type: string): Uint8Array =>
  boxes.find((box) => box.type === type)?.content ?? new Uint8Array()
