/**
 * `npm run look-alikes` writes `src/lib/look-alikes.json` from Unicode's table of confusable characters: the classes of
 * characters that look alike as small or as capital letters. See docs/decisions/0006.
 * `npm run look-alikes -- FILE…` writes nothing. It prints the nicks in IRC logs that would be refused as look-alikes.
 */
import { writeFileSync } from 'node:fs'
import confusables from 'unhomoglyph/data.json' with { type: 'json' }
import { userName } from '../src/contract/fields.ts'
import { fold, nameKey } from '../src/lib/name-key.ts'
import { userPath } from './command.ts'
import { readLogs } from './replay/logs.ts'

/** Returns the code points of a text. */
const numbers = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0) ?? 0)

const base36 = (number: number): string => number.toString(36)
const isAscii = (text: string) => /^[ -~]+$/.test(text)
const isOne = (text: string) => Array.from(text).length === 1

// Both sides are case-folded, so that capitals that look alike count too. Characters that normalising or folding
// removes from names are left out.
const pairs = Object.entries(confusables)
  .map(([character, prototype]) => ({
    character,
    folded: fold(character),
    prototype: fold(prototype).normalize('NFD'),
  }))
  .filter(({ character, folded }) => character.normalize('NFKD') === character && isOne(folded))
  .filter(({ character, folded }) => character === folded || /\p{Lu}/u.test(character))

type Pair = (typeof pairs)[number]

/** Ranks ASCII first, then pairs of single characters, and capitals before others. */
const rank = ({ character, folded, prototype }: Pair): number =>
  isAscii(character) ? 0 : (isOne(prototype) ? 1 : 3) + (character === folded ? 1 : 0)

/** Returns each character whose key differs from itself, with that key, in the format that `src/lib/name-key.ts` reads. */
export const lookAlikes = (): string => {
  const looksLike = new Map<string, string>()
  const key = (text: string): string =>
    Array.from(text, (character) => {
      const other = looksLike.get(character)
      return other === undefined ? character : key(other)
    }).join('')
  // ASCII letters are their own keys: two of them must not become equal because a Greek letter looks like both.
  const isFixed = (text: string) => isAscii(text) || !isOne(text)

  for (const { character, folded, prototype } of pairs.toSorted((a, b) => rank(a) - rank(b))) {
    const [own, other] = [key(folded), key(prototype)]
    if (own === other) continue
    if (isAscii(character) || !isFixed(own)) looksLike.set(own, other)
    else if (!isFixed(other)) looksLike.set(other, own)
  }

  let before = 0
  const entries = [...looksLike.keys()]
    .map((character) => numbers(character + key(character)))
    .toSorted(([a = 0], [b = 0]) => a - b)
    .map(([character = 0, ...key]) => {
      const step = character - before
      before = character
      return { step: step === 1 ? '' : base36(step), look: key.map(base36).join(' ') }
    })
  const steps = entries.map(({ step }) => step).join()
  const looks = entries.map(({ look }) => look).join()
  return `${JSON.stringify({ steps, looks })}\n`
}

/** Prints the nicks that would be refused, each with the earlier nick that it looks like. Case is ignored. */
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
  console.log(
    `${refused.length} of ${different.length} nicks look like an earlier one: ${refused.join(', ')}`,
  )
}

if (import.meta.main) {
  const paths = process.argv.slice(2).map((path) => userPath(path))
  if (paths.length > 0) showRefused(paths)
  else writeFileSync('src/lib/look-alikes.json', lookAlikes())
}
