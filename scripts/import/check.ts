import type { DataLine } from '../../src/contract/data-lines.ts'
import { LineError, readLine, splitLines } from '../../src/data/import/lines.ts'
import { follow, type Place, start } from '../../src/data/import/place.ts'
import { Stop } from '../command.ts'
import { type FileLine, fileHash, linesOf } from './file.ts'

export type Checked = {
  /** A hash of the file, by which the server knows the import. */
  id: string
  lines: number
  counts: Partial<Record<DataLine['type'], number>>
}

/** Runs something, and stops the script if a line is wrong. */
const orStop = <Result>(run: () => Result): Result => {
  try {
    return run()
  } catch (error) {
    if (error instanceof LineError) throw new Stop(`line ${error.line}: ${error.message}.`)
    throw error
  }
}

/** Reads a whole file and checks each of its lines, so that nothing is stored of a file that is wrong. `onLine` sees each line. */
export const checkFile = async (
  path: string,
  onLine: (line: FileLine, data: DataLine) => Promise<void>,
): Promise<Checked> => {
  const hash = fileHash()
  const place: Place = structuredClone(start)
  const ends = new Map<number, number>()
  const counts: Checked['counts'] = {}
  let lines = 0
  for await (const line of linesOf(path, hash.add)) {
    lines = line.number
    const [only] = splitLines(line.text, line.number)
    if (!only) continue
    const data = orStop(() => {
      const data = readLine(only.number, only.text)
      follow(place, { number: only.number, line: data }, (room) => ends.get(room))
      return data
    })
    if (place.room) ends.set(place.room.id, place.room.last)
    counts[data.type] = (counts[data.type] ?? 0) + 1
    await onLine(line, data)
  }
  if (lines === 0) throw new Stop(`${path} is empty.`)
  if (!place.isEnded)
    throw new Stop(
      `line ${lines}: the file ends here, without the line {"type":"end",…}. It was cut off: export it again, or copy it again.`,
    )
  return { id: hash.get(), lines, counts }
}
