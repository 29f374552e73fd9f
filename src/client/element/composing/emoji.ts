/// <reference path="./emoji-data.d.ts" />
import { lazily } from '../../lazy.ts'

/** A group of emoji: its name, and a line for each emoji with its name and further words, between tabs. */
export type EmojiGroup = { name: string; lines: string }

export type Emoji = {
  emoji: string
  /** Its name in the language, such as “party popper”. */
  name: string
  /** Its short name, such as `tada`, or an empty text; then further words. */
  words: string[]
}

type Load = () => Promise<{ groups: EmojiGroup[] }>
const english: Load = lazily(() => import('emojibase-data/en/data.json'))

/** The languages that the package has, of those that the element has. */
const loaders: Record<string, Load> = {
  de: lazily(() => import('emojibase-data/de/data.json')),
  es: lazily(() => import('emojibase-data/es/data.json')),
  ja: lazily(() => import('emojibase-data/ja/data.json')),
}

/** A group of emoji, such as “animals and nature”. */
export type EmojiList = { name: string; emoji: readonly Emoji[] }

const parsed = new Map<Load, readonly EmojiList[]>()

const parse = (line: string): Emoji => {
  const [emoji = '', name = '', words = ''] = line.split('\t')
  return { emoji, name, words: words.split(',') }
}

/** Loads the emoji by their groups, with names in a language: English names, if there are none in it. */
export const loadEmojiGroups = async (lang: string): Promise<readonly EmojiList[]> => {
  const load = loaders[lang.split('-')[0] ?? ''] ?? english
  const { groups } = await load()
  const lists =
    parsed.get(load) ?? groups.map(({ name, lines }) => ({ name, emoji: lines.split('\n').map(parse) }))
  parsed.set(load, lists)
  return lists
}

/** Loads all emoji, in the order of their groups. */
export const loadEmoji = async (lang: string): Promise<readonly Emoji[]> =>
  (await loadEmojiGroups(lang)).flatMap(({ emoji }) => emoji)

/** Returns a text for comparison: without case, accents, and what stands for spaces. */
const folded = (text: string): string =>
  text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[_-]/g, ' ')

/** Returns how well an emoji fits: the smaller, the better. Its names go before further words. */
const rank = ({ name, words: [short = '', ...words] }: Emoji, wanted: string): number => {
  const names = [short, name].map(folded).filter(Boolean)
  if (names.includes(wanted)) return 0
  if (names.some((each) => each.startsWith(wanted))) return 1
  if (names.some((each) => each.includes(` ${wanted}`))) return 2
  return words.some((each) => folded(each).startsWith(wanted)) ? 3 : Number.POSITIVE_INFINITY
}

/** Returns the emoji whose names begin so, the best first. */
export const findEmoji = (all: readonly Emoji[], query: string, limit: number): Emoji[] => {
  const wanted = folded(query)
  return all
    .map((emoji) => ({ emoji, rank: rank(emoji, wanted) }))
    .filter(({ rank }) => rank < Number.POSITIVE_INFINITY)
    .toSorted((one, other) => one.rank - other.rank)
    .slice(0, limit)
    .map(({ emoji }) => emoji)
}

/** Returns the emoji that has this name between colons: its short name, or its name in the language. */
export const namedEmoji = (all: readonly Emoji[], name: string): Emoji | undefined => {
  const wanted = folded(name)
  return (
    all.find(({ words }) => folded(words[0] ?? '') === wanted) ??
    all.find((each) => folded(each.name) === wanted)
  )
}
