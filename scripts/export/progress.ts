import { Presets, SingleBar } from 'cli-progress'

export type Counter = { at: (lines: number) => void; note: (text: string) => void; stop: () => void }

/** The lines of the export between two printed lines where there is no terminal. */
const STEP = 10_000

/** Shows on the standard error how many lines are there: a bar on a terminal, and lines elsewhere. Nobody knows how many there will be. */
export const startCounter = (before: number): Counter => {
  if (!process.stderr.isTTY) {
    let step = Math.floor(before / STEP)
    return {
      at: (lines) => {
        if (Math.floor(lines / STEP) > step) console.error(`${lines} lines`)
        step = Math.floor(lines / STEP)
      },
      note: (text) => console.error(text),
      stop: () => {},
    }
  }
  const format = 'exporting {bar} {value} lines  {duration_formatted}{note}'
  const bar = new SingleBar({ format, barsize: 20, stream: process.stderr }, Presets.shades_classic)
  bar.start(before + STEP, before, { note: '' })
  return {
    at: (lines) => {
      bar.setTotal(Math.max(bar.getTotal(), lines + STEP))
      bar.update(lines, { note: '' })
    },
    note: (text) => bar.update({ note: `  ${text}` }),
    stop: () => bar.stop(),
  }
}
