/**
 * `npm run look-alikes`: writes `src/lib/look-alikes.json`, the classes of characters that look alike in one case or the
 * other, from Unicode's table of confusable characters. docs/decisions/0006. `npm run look-alikes -- FILE…` writes nothing:
 * it shows which nicks of IRC logs would be refused beside another.
 */
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import confusables from 'unhomoglyph/data.json' with { type: 'json' }
import { userName } from '../src/contract/fields.ts'
import { fold, nameKey } from '../src/lib/name-key.ts'
import { readLogs } from './replay/logs.ts'

/** The numbers of a text's characters, as the table writes them. */
const numbers = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0) ?? 0)

const isAscii = (text: string) => /^[ -~]+$/.test(text)
const isOne = (text: string) => Array.from(text).length === 1

// Both sides folded, so that what looks alike as a capital is alike. What normalising or folding takes out of a name is
// left out.
const pairs = Object.entries(confusables)
  .map(([character, prototype]) => ({
    character,
    folded: fold(character),
    prototype: fold(prototype).normalize('NFD'),
  }))
  .filter(({ character, folded }) => character.normalize('NFKD') === character && isOne(folded))
  .filter(({ character, folded }) => character === folded || /\p{Lu}/u.test(character))

type Pair = (typeof pairs)[number]

/** ASCII by itself first; then one character for one, and capitals, which are closer to each other. */
const rank = ({ character, folded, prototype }: Pair): number =>
  isAscii(character) ? 0 : (isOne(prototype) ? 1 : 3) + (character === folded ? 1 : 0)

/** Each character that has a key other than itself, and that key; `src/lib/name-key.ts` says how they are written. */
export const lookAlikes = (): string => {
  const looksLike = new Map<string, string>()
  const key = (text: string): string =>
    Array.from(text, (character) => {
      const other = looksLike.get(character)
      return other === undefined ? character : key(other)
    }).join('')
  // What stands for itself: two letters of ASCII are not to become one because a Greek one looks like both.
  const isFixed = (text: string) => isAscii(text) || !isOne(text)

  for (const { character, folded, prototype } of pairs.toSorted((a, b) => rank(a) - rank(b))) {
    const [mine, other] = [key(folded), key(prototype)]
    if (mine === other) continue
    if (isAscii(character) || !isFixed(mine)) looksLike.set(mine, other)
    else if (!isFixed(other)) looksLike.set(other, mine)
  }

  let before = 0
  const entries = [...looksLike.keys()]
    .map((character) => numbers(character + key(character)))
    .toSorted(([a = 0], [b = 0]) => a - b)
    .map(([character = 0, ...key]) => {
      const step = character - before
      before = character
      return [step, ...key].map((number) => number.toString(36)).join(' ')
    })
  return `${JSON.stringify(entries.join())}\n`
}

/** Shows which nicks of logs would be refused, each beside the one that was there first. Case alone sets nobody apart. */
const showRefused = (paths: string[]): void => {
  const nicks = readLogs(paths)
    .flatMap(({ events }) => events)
    .flatMap((event) => (event.type === 'nick' ? [event.from, event.to] : event.nick))
    .flatMap((nick) => userName.safeParse(nick).data ?? [])
  const different = [
    ...new Map(nicks.toReversed().map((nick) => [nick.toLowerCase(), nick])).values(),
  ].reverse()
  const classes = Object.values(Object.groupBy(different, nameKey))
  const refused = classes.flatMap((members = []) => members.slice(1).map((nick) => `${nick} (${members[0]})`))
  console.log(`${refused.length} of ${different.length} nicks: ${refused.join(', ')}`)
}

if (import.meta.main) {
  const paths = process.argv.slice(2).map((path) => resolve(process.env.INIT_CWD ?? '', path))
  if (paths.length > 0) showRefused(paths)
  else writeFileSync('src/lib/look-alikes.json', lookAlikes())
}
