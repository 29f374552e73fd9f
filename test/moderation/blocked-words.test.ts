import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { blockedWordKey, wordKey } from '../../src/lib/word-key'
import { fails, say } from '../support/api'
import { roomFixture } from '../support/fixtures'

const finds = (word: string, text: string) => wordKey(text).includes(blockedWordKey(word))

it.each([
  ['U+200B', '\u200b'],
  ['U+00AD', '\u00ad'],
  ['U+2060', '\u2060'],
  ['U+FE0F', '\ufe0f'],
  ['U+034F', '\u034f'],
  ['U+200D', '\u200d'],
  ['U+FEFF', '\ufeff'],
  ['U+202E', '\u202e'],
  ['U+180E', '\u180e'],
  ['a tag character', '\u{e0041}'],
  ['a variation selector', '\u{e0100}'],
  ['a Hangul filler', '\u3164'],
  ['a half-width Hangul filler', '\uffa0'],
  ['an annotation mark', '\ufff9'],
  ['a control character', '\u0001'],
])('an invisible character hides no word: %s', async (_, character) => {
  const { room, member } = await roomFixture({ blockedWords: ['casino', '赌博'] })
  for (const message of [`cas${character}ino`, `来赌${character}博吧`, `${character}casino${character}`])
    await fails(403, 'POST', `${room}/message`, { body: { userName: member.name, message } })
})

it.each([
  ['赌博', '来赌博吧'],
  ['ばか', '你是ばかだ'],
  ['카지노', '카지노에'],
  ['카지노', '온라인카지노에서'],
  ['カジノ', 'オンラインカジノへ'],
  ['ｶｼﾞﾉ', 'オンラインカジノへ'],
  ['พนัน', 'เล่นพนันกัน'],
  ['ល្បែង', 'លេងល្បែងស៊ីសង'],
  ['ພະນັນ', 'ຫຼິ້ນພະນັນກັນ'],
  ['လောင်းကစား', 'သူလောင်းကစားသည်'],
  ['casino', '去casino吧'],
  ['AV女優', '看av女優吧'],
  ['不 好', '这不 好吧'],
])('a word is found in text without spaces: %s in %s', (word, text) => {
  expect(finds(word, text)).toBe(true)
})

it.each([
  ['casino', 'ca\u2800sino'],
  ['casino', 'the casino\u2800is'],
  ['casino', 'ca\u{1d159}sino'],
  ['casino', 'CASİNO'],
  ['casino', 'ca\u0336sino'],
  ['casino', 'c\u0332a\u0332s\u0332i\u0332n\u0332o\u0332'],
  ['casino', 'c\u20dda\u20dds\u20ddino'],
  ['casino', 'cásíno'],
  ['casino', 'casinø'],
  ['josé', 'jose'],
  ['казино', 'ка\u0336зи\u0301но'],
  ['καζινο', 'καζίνο'],
  ['كازينو', 'كا\u0640\u0640زينو'],
  ['كازينو', 'كَازِينُو'],
  ['كازينو', 'كا\u0670زينو'],
  ['كَازينو', 'كازينو'],
  ['קזינו', 'קָזִינוֹ'],
  ['赌博', '赌\u0336博'],
])('a mark that makes no other letter hides no word: %s in %s', (word, text) => {
  expect(finds(word, text)).toBe(true)
})

it.each([
  ['casino', '🅲🅰🆂🅸🅽🅾'],
  ['casino', '🅒🅐🅢🅘🅝🅞'],
  ['casino', '🅿casino'],
  ['casino', '🇨🇦🇸🇮🇳🇴'],
  ['casino', '🇨🇦sino'],
  ['casino', '🇨🇦casino'],
  ['casino', '**ca**sino'],
  ['casino', 'c*a*s_i_n~o~'],
  ['casino', 'ca`sino`'],
  ['casino', 'ca[sino](https://site.example)'],
  ['casino', 'casino_royale'],
  ['ca sino', '**ca**sino'],
])('a word is found as it is drawn, and as it is written: %s in %s', (word, text) => {
  expect(finds(word, text)).toBe(true)
})

it.each([
  ['us', 'from the 🇺🇸!'],
  ['ไก', 'ไก่'],
  ['कम', 'काम'],
  ['ـ', 'hello'],
  ['casino', 'ca sino'],
])('but a flag, and a mark that makes another letter, are no such thing: %s in %s', (word, text) => {
  expect(finds(word, text)).toBe(false)
})

it.each([
  ['casino', 'casinos'],
  ['cunt', 'Scunthorpe'],
  ['кот', 'который'],
  ['ばか', 'ばがだ'],
  ['가', '각'],
  ['赌博', '打赌。博士'],
])('but not a part of a word or character, or over the end of a sentence: %s in %s', (word, text) => {
  expect(finds(word, text)).toBe(false)
})

it('reads a Greek word as Greek beside a Latin one', () => {
  expect(finds('νύχτα', 'καλή νύχτα Tom')).toBe(true)
})

it('lists that were stored before characters had braces go on working', async () => {
  const { room, member } = await roomFixture()
  const stored = [
    { word: 'Casino', key: ' caslno ' },
    { word: 'josé', key: ' jose\u0301 ' },
    { word: '赌博', key: ' 赌博 ' },
    { word: 'カジノ', key: ' 力ジ '.normalize('NFD') },
    { word: '카지노', key: ` ${'카지노'.normalize('NFD').replaceAll('ᅵ', '丨')} ` },
  ]
  await env.DB.prepare('update rooms set blocked_words = ? where name = ?')
    .bind(JSON.stringify(stored), room.split('/').at(-1))
    .run()
  for (const message of ['a casino!', 'José', '来赌博吧', '赌博', 'オンラインカジノへ', '카지노에'])
    await fails(403, 'POST', `${room}/message`, { body: { userName: member.name, message } })
  for (const message of ['casinos', 'jose', '赌钱', 'カメラ']) await say(room, member.name, message)
})
