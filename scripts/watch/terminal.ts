import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from 'node:readline'

/** The terminal's bell. */
const BELL = '\u0007'

const dayOf = (at: Date): string => at.toLocaleDateString('en-GB', { dateStyle: 'full' })

/**
 * Prints lines above the line that the user types. Where the input or the output is a file or a pipe, there is no prompt: lines come in and
 * go out as they are.
 */
export class Terminal {
  readonly isInteractive = Boolean(process.stdin.isTTY && process.stdout.isTTY)
  readonly #input: Interface
  #day = dayOf(new Date())

  constructor(prompt: string) {
    this.#input = createInterface({
      input: process.stdin,
      ...(this.isInteractive && { output: process.stdout }),
      prompt,
    })
    // Node would end the process, with its prompt left on the screen.
    this.#input.on('SIGINT', () => this.#input.close())
  }

  /** Calls `take` with each line that is typed, and `end` when there will be no more. */
  read(take: (line: string) => void, end: () => void): void {
    this.#input.on('line', (line) => {
      if (this.isInteractive) this.#erase(line)
      take(line)
      if (this.isInteractive) this.#input.prompt()
    })
    this.#input.on('close', end)
    if (this.isInteractive) this.#input.prompt()
  }

  close(): void {
    this.#input.close()
  }

  /** Prints what happened at a time. A new day gets a heading, because the lines have only the time of day. */
  printAt(at: Date, line: string): void {
    const day = dayOf(at)
    if (day !== this.#day) this.print(`--- ${day} ---`)
    this.#day = day
    this.print(line)
  }

  print(line: string): void {
    this.#above(() => console.log(line))
  }

  warn(line: string): void {
    this.#above(() => console.error(line))
  }

  ring(): void {
    if (this.isInteractive) process.stdout.write(BELL)
  }

  #above(write: () => void): void {
    if (!this.isInteractive) {
      write()
      return
    }
    moveCursor(process.stdout, 0, -this.#input.getCursorPos().rows)
    cursorTo(process.stdout, 0)
    clearScreenDown(process.stdout)
    write()
    this.#input.prompt(true)
  }

  /** Removes a line that was typed, with the prompt before it: a message comes back from the server. */
  #erase(line: string): void {
    // Readline has emptied its line by now, and is asked how many rows of the screen it took.
    Object.assign(this.#input, { line, cursor: line.length })
    const { rows } = this.#input.getCursorPos()
    Object.assign(this.#input, { line: '', cursor: 0 })
    moveCursor(process.stdout, 0, -1 - rows)
    clearScreenDown(process.stdout)
  }
}
