import {
  appendFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import * as z from 'zod/mini'
import { reason, Stop } from '../command.ts'

/** Takes the pieces of an export. `next` is where to go on; undefined for the beginning. */
export type Sink = {
  readonly lines: number
  readonly next: string | undefined
  write: (text: string, next: string | undefined) => Promise<void>
}

const countLines = (text: string): number => text.split('\n').length - 1

let printed = 0
/** Writes to the standard output, and waits until it is taken. It can't be resumed. */
export const standardOutput: Sink = {
  get lines() {
    return printed
  },
  next: undefined,
  write: (text) => {
    printed += countLines(text)
    return new Promise((resolve, reject) => {
      process.stdout.write(text, (error) => {
        if (error) reject(new Stop(`The standard output takes no more: ${reason(error)}.`))
        else resolve()
      })
    })
  },
}

/** The place at which an interrupted export goes on. `bytes`: the part of the file that is complete. */
const place = z.object({ source: z.string(), next: z.string(), bytes: z.number(), lines: z.number() })

/** A file that an export goes on with after an interruption. Beside it, FILE.next says where, until the export is complete. */
export class ExportFile implements Sink {
  lines = 0
  next: string | undefined
  readonly #path: string
  readonly #source: string
  #bytes = 0

  constructor(path: string, source: string) {
    this.#path = path
    this.#source = source
    if (!existsSync(this.#placePath)) {
      if (existsSync(path)) throw new Stop(`${path} exists. Remove it, or give another --output.`)
      return
    }
    const known = place.safeParse(JSON.parse(readFileSync(this.#placePath, 'utf8'))).data
    if (!known || !existsSync(path) || statSync(path).size < known.bytes)
      throw new Stop(`${this.#placePath} does not belong to ${path}. Remove both to begin anew.`)
    if (known.source !== source)
      throw new Stop(
        `${path} holds a part of ${known.source}. Give another --output, or remove it and ${this.#placePath}.`,
      )
    // A piece that was written in part is read again.
    truncateSync(path, known.bytes)
    Object.assign(this, { lines: known.lines, next: known.next })
    this.#bytes = known.bytes
  }

  get #placePath(): string {
    return `${this.#path}.next`
  }

  async write(text: string, next: string | undefined): Promise<void> {
    try {
      appendFileSync(this.#path, text)
      this.lines += countLines(text)
      this.#bytes += Buffer.byteLength(text)
      if (next === undefined) return rmSync(this.#placePath, { force: true })
      const known = { source: this.#source, next, bytes: this.#bytes, lines: this.lines }
      // A rename leaves the one file or the other, also when the machine stops.
      writeFileSync(`${this.#placePath}.new`, JSON.stringify(known))
      renameSync(`${this.#placePath}.new`, this.#placePath)
    } catch (error) {
      throw new Stop(`${this.#path} can't be written: ${reason(error)}.`)
    }
  }
}
