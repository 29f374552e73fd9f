import { describe, expect, it } from 'vitest'
import { findWords, plainPartOf, queryWords, searchText } from '../../src/lib/search-text'
import fc from '../support/properties.ts'

/** Returns the parts of a text that a query finds; undefined if it doesn't find the text. */
const foundIn = (text: string, query: string): string[] | undefined =>
  findWords(text, queryWords(query))?.map(([start, end]) => text.slice(start, end))

/** Texts of letters, marks, invisible characters and spaces of many scripts, much denser than in any language. */
const texts = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      ...'aAäßẞſIİıσςΣøÅéñǆﬁ½™…’“ \t\n\u00a0\u3000\u00ad\u200b\u200c\u200d\ufe0f\u0301\u0323\u0345\u3099',
      ...'カﾞﾟがガｶ各각ㄱㅏㅋ가\u1100\u1161\u11a8กำุ่เ็لَّآأـ\u0651कि\u093cж́йё東京👍🏽👨👩❤1１%_"',
    ),
  }),
)

describe('a text is found', () => {
  it.each([
    ['without regard to case', 'Hello World', 'hello', ['Hello']],
    ['by all words in any order', 'one two three', 'three one', ['one', 'three']],
    ['by a part of a word', 'Krankenhaus', 'haus', ['haus']],
    ['by words together', 'the two words, two words', '"two words"', ['two words', 'two words']],
    ['by words together, across a line break', 'two\n  words', '"two words"', ['two\n  words']],
    ['in full width', 'ＨＥＬＬＯ １２３', 'hello 123', ['ＨＥＬＬＯ', '１２３']],
    ['by full width', 'hello', 'ＨＥＬＬＯ', ['hello']],
    ['in half width', 'ｶﾞｯｺｳに行く', 'ガッコウ', ['ｶﾞｯｺｳ']],
    ['in Japanese', '明日東京に行きます', '東京', ['東京']],
    ['in Thai', 'สวัสดีครับ วันนี้อากาศดีมาก', 'อากาศ', ['อากาศ']],
    ['in Thai, with the compound am', 'น้ำแข็ง', 'น้ำ', ['น้ำ']],
    ['in Korean, taken apart', '안녕'.normalize('NFD'), '안녕', ['안녕'.normalize('NFD')]],
    ['in Arabic, by a word without marks', 'مَرْحَبًا بِكُمْ', 'مرحبا', ['مَرْحَبًا']],
    ['in Arabic, by a word with marks', 'مرحبا بكم', 'مَرْحَبًا', ['مرحبا']],
    ['in Arabic, whatever seat the hamza has', 'أحمد وآمنة', 'احمد امنة', ['أحمد', 'آمنة']],
    ['in Arabic, where a word is drawn longer', 'مرحبـــا', 'مرحبا', ['مرحبـــا']],
    ['in Persian, without its joiners', 'علی\u200cرضا', 'علیرضا', ['علی\u200cرضا']],
    ['by a letter without its umlaut', 'Schöne Grüße', 'schone grusse', ['Schöne', 'Grüße']],
    ['by an umlaut', 'Schone Grusse', 'schöne grüße', ['Schone', 'Grusse']],
    ['by an umlaut of two characters', 'Grüße', 'u\u0308', ['ü']],
    [
      'with a stroke through a letter',
      'Łódź, Øresund, Đorđe',
      'lodz oresund dorde',
      ['Łódź', 'Øresund', 'Đorđe'],
    ],
    ['in Turkish, with or without dots', 'İstanbul ısırgan', 'istanbul isirgan', ['İstanbul', 'ısırgan']],
    ['in Greek, at the end of a word', 'ΟΔΥΣΣΕΥΣ', 'Ὀδυσσεύς', ['ΟΔΥΣΣΕΥΣ']],
    ['by an apostrophe of another kind', 'I don’t', "don't", ['don’t']],
    ['through a soft hyphen', 'Donau\u00addampf', 'donaudampf', ['Donau\u00addampf']],
    ['by an emoji', 'thanks ❤️!', '❤', ['❤️']],
    ['by per cent and underscore', '100% of a_b', '0% a_b', ['0%', 'a_b']],
    ['by a lone quotation mark', '5" disk', '5"', ['5"']],
    [
      'by a word that engines know',
      'this AND that OR NOT NEAR*',
      'AND OR NOT NEAR*',
      ['AND', 'OR', 'NOT', 'NEAR*'],
    ],
    ['by a backslash', 'C:\\temp', '\\temp', ['\\temp']],
  ])('%s', (_, text, query, found) => {
    expect(foundIn(text, query)).toEqual(found)
  })

  it.each([
    ['with one of two words', 'one', 'one two'],
    ['with the words apart', 'two other words', '"two words"'],
    ['with what a wildcard would match', 'axb 1000', 'a_b 0%'],
    ['with another Japanese letter of the same base', 'がっこう', 'かっこう'],
    ['with another Korean syllable that begins alike', '각', '가'],
    ['without the sign', 'hello', '*'],
  ])('not %s', (_, text, query) => {
    expect(foundIn(text, query)).toBeUndefined()
  })
})

describe('a query', () => {
  it.each(['', '   ', '""', '" "', '\u0301', '\u200b\u00ad', '\n\t'])(
    'of %j holds nothing to search',
    (query) => {
      expect(queryWords(query)).toEqual([])
    },
  )
  it.each([
    ['a "b c" d', ['a', 'b c', 'd']],
    ['„zwei Wörter“ “two words”', ['zwei worter', 'two words']],
    ['"open end', ['"open', 'end']],
    ['say"hi there"', ['say"hi', 'there"']],
    ['a A ä', ['a']],
  ])('of %j holds the words %j', (query, words) => {
    expect(queryWords(query)).toEqual(words)
  })
})

it('thirty marks of a character are folded, and what comes after them is left out', () => {
  const text = `か${'\u3099'.repeat(4000)}き`
  expect(searchText(text)).toBe(`が${'\u3099'.repeat(29)}き`)
  expect(findWords(text, ['き'])).toEqual([[4001, 4002]])
})

describe('for all texts', () => {
  it('the places that a word is found at hold the word', () => {
    fc.assert(
      fc.property(texts, texts, texts, (before, word, after) => {
        const text = before + word + after
        const [wanted] = queryWords(`"${word.replaceAll(/["“”„]/g, '')}"`)
        if (wanted === undefined) return
        for (const [start, end] of findWords(text, [wanted]) ?? []) {
          expect(searchText(text.slice(start, end))).toContain(wanted)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('folding character by character gives the same as folding the text', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const folded = searchText(text).trim()
        if (folded === '') return
        const [first, ...others] = findWords(text, [folded]) ?? []
        expect(others).toEqual([])
        expect(searchText(text.slice(...(first ?? [0, 0]))).trim()).toBe(folded)
      }),
      { numRuns: 5000 },
    )
  })

  it('each character of Unicode, between others, is folded as in the whole text', () => {
    const wrong: string[] = []
    for (let code = 0; code < 0x20000; code++) {
      for (const text of [`ㄱ${String.fromCodePoint(code)}ㅏ`, `가${String.fromCodePoint(code)}e`]) {
        const folded = searchText(text).trim()
        const [span, ...others] = findWords(text, [folded]) ?? []
        if (others.length > 0 || searchText(text.slice(...(span ?? [0, 0]))).trim() !== folded)
          wrong.push(text)
      }
    }
    expect(wrong).toEqual([])
  })

  it('folding again changes nothing', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(searchText(searchText(text))).toBe(searchText(text))
      }),
    )
  })

  it('a plain text that holds the words has the part of them that the database looks for', () => {
    const plain = fc.string({ unit: fc.constantFrom(...'aAbB "%_\\*[]') })
    fc.assert(
      fc.property(plain, texts, (text, query) => {
        const words = queryWords(query + text.slice(0, 3))
        if (words.length === 0 || !findWords(text, words)) return
        expect(text.toLowerCase()).toContain(plainPartOf(words))
      }),
    )
  })
})
