import { withoutInvisible } from '../contract/invisible.ts'
import { readAsLatin, skeleton } from './name-key'

/** Scripts that put no space between a word and what follows it. */
const unspacedScripts = ['Han', 'Hiragana', 'Katakana', 'Hangul', 'Thai', 'Lao', 'Khmer', 'Myanmar']
const inUnspacedScript = unspacedScripts.map((script) => `\\p{Script_Extensions=${script}}`).join('')
const character = `(?=[\\p{L}\\p{N}])[${inUnspacedScript}]\\p{M}*`
const characters = new RegExp(character, 'gu')
const runs = new RegExp(`(?:${character})+`, 'gu')

const hasLetter = (text: string): boolean => /[\p{L}\p{M}\p{N}]/u.test(text)

/**
 * Returns the words of a text in the form in which a list of blocked words finds them: without what can't be seen, case-folded,
 * look-alikes made alike. Each word stands between spaces. In a script without spaces each character stands between braces, so
 * that a word is found inside a run of them: ` {来}{赌}{博}{吧} `. This finds words, not meanings: a word that is inflected,
 * spelled with gaps or drawn gets past it.
 */
export const wordKey = (text: string): string => {
  const words = withoutInvisible(text)
    .normalize('NFKC')
    // A symbol that looks like a letter stands for it.
    .replace(/[^\p{L}\p{M}\p{N}]/gu, (symbol) => (hasLetter(skeleton(symbol)) ? symbol : ' '))
    .replace(runs, (run) => ` ${run.replace(characters, '{$&}')} `)
    .normalize('NFD')
  // Word by word, so that one Latin word doesn't change how the Greek ones are read.
  const key = skeleton(words.replace(/[\p{Script=Greek}\p{Script=Latin}\p{M}]+/gu, readAsLatin))
  return ` ${key} `.replace(/[^\p{L}\p{M}\p{N}{}]+/gu, ' ')
}

/** Returns what `wordKey` of a text contains if the text has this word, or these words in a row. */
export const blockedWordKey = (word: string): string => wordKey(word).replace(/^ (?=\{)|(?<=\}) $/g, '')
