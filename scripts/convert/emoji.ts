import { createRequire } from 'node:module'
import { emoji } from '../../src/contract/emoji.ts'

type Datum = { hexcode: string; emoji: string; skins?: { tone?: number | number[]; emoji: string }[] }
type Shortcodes = Record<string, string | string[]>

const require = createRequire(import.meta.url)
// Slack's names are those of iamcal.
const sets = ['iamcal', 'github', 'emojibase']
/** Slack counts the skin tones from 2 to 6. */
const SLACK_TONE = /^(.*?)(?:::skin-tone-([2-6]))?$/s

/** Returns a function that finds the emoji with a short name, such as `+1` or `+1::skin-tone-3`. */
export const createEmojiNames = (): ((name: string) => string | undefined) => {
  const data: Datum[] = require('emojibase-data/en/data.json')
  const byCode = new Map(data.map((datum) => [datum.hexcode, datum]))
  const byName = new Map<string, Datum>()
  for (const set of sets) {
    const names: Shortcodes = require(`emojibase-data/en/shortcodes/${set}.json`)
    for (const [code, each] of Object.entries(names)) {
      const datum = byCode.get(code)
      for (const name of [each].flat()) if (datum && !byName.has(name)) byName.set(name, datum)
    }
  }
  return (text) => {
    const [, name = '', tone] = SLACK_TONE.exec(text) ?? []
    const found = byName.get(name)
    const toned = tone && found?.skins?.find((skin) => skin.tone === Number(tone) - 1)
    return emoji.safeParse((toned || found)?.emoji).data
  }
}
