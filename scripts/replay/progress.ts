import { Presets, SingleBar } from 'cli-progress'

export type Progress = {
  /** Shows that `done` of the total are done. `label` is the current file. */
  at: (done: number, label: string) => void
  /** Shows a temporary problem. */
  note: (text: string) => void
  stop: () => void
}

const bar = (what: string, total: number, done: number): Progress => {
  const format = `${what} {bar} {percentage}%  {value}/{total}  {eta_formatted} left  {label}{note}`
  // The default of ten updates makes the remaining time jump.
  const single = new SingleBar({ format, etaBuffer: 2000, barsize: 30 }, Presets.shades_classic)
  single.start(total, done, { label: '', note: '' })
  return {
    at: (value, label) => single.update(value, { label, note: '' }),
    note: (note) => single.update({ note: `  ${note}` }),
    stop: () => single.stop(),
  }
}

/** Prints a line for every new label and every 5,000 of the total. */
const lines = (what: string, total: number): Progress => {
  let lastLabel: string | undefined
  let lastStep = 0
  return {
    at: (done, label) => {
      const step = Math.floor(done / 5000)
      if (label === lastLabel && step === lastStep && done !== total) return
      lastLabel = label
      lastStep = step
      console.log(`${what} ${done}/${total} ${label}`.trimEnd())
    },
    note: (text) => console.log(`${what}: ${text}`),
    stop: () => {},
  }
}

/** Shows a bar on a terminal, and prints lines elsewhere. */
export const startProgress = (what: string, total: number, done = 0): Progress =>
  process.stdout.isTTY ? bar(what, total, done) : lines(what, total)
