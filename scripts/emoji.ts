import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

type Datum = {
  label: string
  hexcode: string
  emoji: string
  tags?: string[]
  group?: number
  order?: number
}
type Messages = { groups: { key: string; message: string; order: number }[] }
type Shortcodes = Record<string, string | string[]>

const require = createRequire(import.meta.url)
const read = async <T>(name: string): Promise<T> =>
  JSON.parse(await readFile(require.resolve(`emojibase-data/${name}.json`), 'utf8'))

/** Parts of other emoji, such as skin tones: they aren't offered by themselves. */
const COMPONENTS = 'component'

/**
 * Returns the source of a module with the emoji of a language, as `src/client/element/emoji-data.d.ts` says: a tenth of what the
 * package's file has.
 */
export const emojiModule = async (language: string): Promise<string> => {
  const [data, { groups }, shortcodes] = await Promise.all([
    read<Datum[]>(`${language}/data`),
    read<Messages>(`${language}/messages`),
    // People know these in every language.
    read<Shortcodes>('en/shortcodes/github'),
  ])
  const line = ({ emoji, label, hexcode, tags = [] }: Datum): string => {
    // The first one is the short name, or empty.
    const names = [shortcodes[hexcode] ?? ''].flat()
    const words = tags.filter((tag) => tag !== label && !names.includes(tag))
    return [emoji, label, [...names, ...words].join()].join('\t')
  }
  const packed = groups
    .filter(({ key }) => key !== COMPONENTS)
    .map(({ message, order }) => ({
      name: message,
      lines: data
        .filter(({ group }) => group === order)
        .toSorted((one, other) => (one.order ?? 0) - (other.order ?? 0))
        .map(line)
        .join('\n'),
    }))
  return `/*! Emoji names: emojibase-data (MIT) and Unicode CLDR (Unicode-3.0) */\nexport const groups = ${JSON.stringify(packed)}`
}
