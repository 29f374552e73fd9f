import { Presets, SingleBar } from 'cli-progress'

export type Progress = {
  /** `done` of the total are done; `label` says where it is. */
  at: (done: number, label: string) => void
  /** Something went wrong for a while. */
  note: (text: string) => void
  stop: () => void
}

const bar = (what: string, total: number, done: number): Progress => {
  const format = `${what} {bar} {percentage}%  {value}/{total}  {eta_formatted} left  {label}{note}`
  // A longer memory than the default ten updates, or the time left would jump about.
  const single = new SingleBar({ format, etaBuffer: 2000, barsize: 30 }, Presets.shades_classic)
  single.start(total, done, { label: '', note: '' })
  return {
    at: (value, label) => single.update(value, { label, note: '' }),
    note: (note) => single.update({ note: `  ${note}` }),
    stop: () => single.stop(),
  }
}

/** Where nobody watches, a line for every new label and every 5,000 of the total. */
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

/** A bar on a terminal, plain lines anywhere else. */
export const startProgress = (what: string, total: number, done = 0): Progress =>
  process.stdout.isTTY ? bar(what, total, done) : lines(what, total)
