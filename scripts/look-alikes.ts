/**
 * `npm run look-alikes`: writes `src/look-alikes.json`, Unicode's table of confusable characters without those that
 * can't be left in a name once it is normalised and case-folded. The rest would be a third of the Worker's size.
 */
import { writeFileSync } from 'node:fs'
import confusables from 'unhomoglyph/data.json' with { type: 'json' }
import { fold } from '../src/name.ts'

/** In ASCII, because nobody can read a table of look-alikes, and some of them end a line or nothing at all. */
const ascii = (json: string): string =>
  json.replace(/[^\n -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** The part of the table that `nameKey` can ever look up, as JSON: pairs of a character and its prototype. */
export const lookAlikes = (): string => {
  const kept = Object.entries(confusables).filter(
    ([character]) => character.normalize('NFKD') === character && fold(character) === character,
  )
  return `[\n${kept.map((pair) => ascii(JSON.stringify(pair))).join(',\n')}\n]\n`
}

if (import.meta.main) writeFileSync('src/look-alikes.json', lookAlikes())
