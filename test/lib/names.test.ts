import { describe, expect, it, vi } from 'vitest'
import * as contract from '../../src/contract'
import { nameKey } from '../../src/lib/name-key'
import { fails, fresh, newRoom, newUser, ok } from '../support/api'
import fc from '../support/properties.ts'

const key = (name: string) => nameKey(contract.userName.parse(name))

describe('two names are one', () => {
  it.each([
    ['gabriel', 'gabrie1'],
    ['danny', 'DANNY'],
    ['danny', 'ｄａｎｎｙ'],
    ['danny', ' danny '],
    ['danny', '\u0501anny'],
    ['paypal', 'раураl'],
    ['fußball', 'FUSSBALL'],
    ['ﬁnn', 'finn'],
    ['Ann  Lee', 'ann lee'],
    ['barn', 'bam'],
    ['tony', 't0ny'],
    ['ΟΔΟΣ', 'οδος'],
    ['bσ', 'bς'],
    ['STRAẞE', 'strasse'],
    ['Tom', '\u0422om'],
    ['Bob', '\u0412ob'],
    ['Helen', '\u0397elen'],
    ['Ada', '\u13aada'],
    ['gabriel', 'gabrieI'],
    ['Ilya', 'lIya'],
    ['TEAM', '\u0422\u0415\u0410\u041c'],
    ['team', '\u0442\u0435\u0430\u043c'],
    ['Nick', '\u039dick'],
    ['dave', 'da\u03bde'],
    ['duty', 'd\u03c5t\u03b3'],
    ['ANNA', '\u0391\u039d\u039d\u0391'],
    ['ΝΊΚΟΣ', 'νίκος'],
  ])('%s and %s', (one, other) => {
    expect(key(one)).toBe(key(other))
  })

  it.each([
    ['danny', 'dannys'],
    ['Ann Lee', 'AnnLee'],
    ['jose', 'josé'],
    ['nick', 'vick'],
    ['luca', 'lyca'],
    ['wąs', 'wals'],
  ])('but not %s and %s', (one, other) => {
    expect(key(one)).not.toBe(key(other))
  })

  it('so the second is 409, of users and of rooms', async () => {
    const [user, room] = [await newUser(fresh('apple')), await newRoom(fresh('apple'))]
    const lookAlike = (name: string) => ({ body: { name: name.replace('a', '\u0430') } })
    await fails(409, 'POST', '/api/users', lookAlike(user.name))
    await fails(409, 'POST', '/api/chatroom', lookAlike(room.name))
  })

  it('so one user answers to both', async () => {
    const [user, room] = [await newUser(fresh('apple')), await newRoom()]
    const userName = user.name.replace('a', '\u0430')
    expect(await ok('PUT', `/chatroom/${room.name}`, { body: { userName } })).toMatchObject({
      userName: user.name,
    })
  })
})

describe('a user name', () => {
  it.each([
    ['', 'name must be 1 to 64 characters'],
    ['   ', 'name must be 1 to 64 characters'],
    ['x'.repeat(65), 'name must be 1 to 64 characters'],
    ['a/b', 'name must not hold a slash'],
    ['a\uff0fb', 'name must not hold a slash'],
    ['.', "name must not be '.' or '..', which a URL can't hold"],
    ['\uff0e\uff0e', "name must not be '.' or '..', which a URL can't hold"],
    ['\u0301x', 'name must not begin with a combining mark'],
  ])('is not %j', async (name, detail) => {
    expect(await fails(400, 'POST', '/api/users', { body: { name } })).toMatchObject({ detail })
  })

  it.each([
    ['a\tb', 'U+0009'],
    ['a\u0007', 'U+0007'],
    ['a\u202eb', 'U+202E'],
    ['a\u200bb', 'U+200B'],
    ['a\u2060b', 'U+2060'],
    // NFKC makes U+1160 of them.
    ['\u3164', 'U+3164'],
    ['a\uffa0', 'U+FFA0'],
    ['\u2800', 'U+2800'],
    ['a\u{1d159}', 'U+1D159'],
    ['\u{1d159}', 'U+1D159'],
    ['a\u{16fe4}', 'U+16FE4'],
    ['\u{13441}', 'U+13441'],
    ['a\u00adb', 'U+00AD'],
    ['a\ufe0f', 'U+FE0F'],
    ['a\ud800', 'U+D800'],
    ['a\u{e0041}', 'U+E0041'],
  ])('holds nothing that can not be seen: %j, but is told of %s', async (name, character) => {
    expect(await fails(400, 'POST', '/api/users', { body: { name } })).toMatchObject({
      detail: `name must not hold ${character}, which is a control, invisible or unassigned character`,
    })
  })

  it('of a room is told of a character as it was sent', async () => {
    for (const [name, character] of [
      ['a\uff0fb', '"\uff0f"'],
      ['a\u00b4', '"\u00b4"'],
      ['a/b', '"/"'],
      ['a b', 'a space'],
      ['a\u3000b', 'U+3000'],
      ['a\u3164', 'U+3164'],
    ])
      expect(await fails(400, 'POST', '/api/chatroom', { body: { name } })).toMatchObject({
        detail: `name may hold only letters and digits of any script, '-', '_' and '.', not ${character}`,
      })
  })

  it('that is absurdly long is refused before it is normalised, which takes the square of its length', () => {
    const normalize = vi.spyOn(String.prototype, 'normalize')
    const name = `a${'\u0301\u0323'.repeat(10_000)}`
    for (const { success, error } of [
      contract.userName.safeParse(name),
      contract.chatroomName.safeParse(name),
    ]) {
      expect(success).toBe(false)
      expect(error?.issues).toMatchObject([{ message: 'must be 1 to 64 characters' }])
    }
    expect(normalize).not.toHaveBeenCalled()
    normalize.mockRestore()
  })

  it('of 64 characters may come in any form', async () => {
    const name = '\u1f97'.repeat(64)
    expect(contract.userName.parse(`  ${name.normalize('NFD')}  `)).toBe(name)
  })

  it('is shown in NFKC, trimmed, with single spaces', async () => {
    expect(await newUser('  Ａnn\u00a0\u3000Lee ')).toMatchObject({ name: 'Ann Lee' })
    expect(await newUser('🎉'.repeat(64))).toMatchObject({ name: '🎉'.repeat(64) })
  })

  it('that has passed the door passes it again unchanged, and has a key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const parsed = contract.userName.safeParse(text)
        if (!parsed.success) return
        expect(contract.userName.parse(parsed.data)).toBe(parsed.data)
        expect(nameKey(parsed.data)).not.toBe('')
      }),
      { numRuns: 2000 },
    )
  })

  it('has one key, however its letters are cased or composed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        // These look like Latin letters only as small letters.
        fc.pre(!/[νυγ]/u.test(text.normalize('NFKD')))
        const parsed = contract.userName.safeParse(text)
        if (!parsed.success) return
        for (const variant of [text.normalize('NFD'), text.normalize('NFC'), text.toUpperCase()]) {
          const other = contract.userName.safeParse(variant)
          if (other.success) expect(nameKey(other.data)).toBe(nameKey(parsed.data))
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a zero-width character is part of a name where a script or an emoji needs it', () => {
  it.each([
    ['علی\u200cرضا', 'علیرضا'],
    ['ශ්\u200dරී', 'ශ්රී'],
    ['अनि\u200cता', 'अनिता'],
    ['র\u200d্যাব', 'র্যাব'],
    ['അനില്\u200d', 'അനില്'],
    ['Anna ❤\ufe0f', 'Anna ❤'],
    ['👨\u200d👩\u200d👧', '👨👩👧'],
    ['🏳\ufe0f\u200d🌈', '🏳🌈'],
    ['🕵🏻\u200d♂\ufe0f', '🕵🏻♂'],
    ['Ann 1\ufe0f\u20e3', 'Ann 1\u20e3'],
    ['🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}', '🏴'],
    ['葛\u{e0100}城', '葛城'],
    ['ᠠ\u180b', 'ᠠ'],
  ])('%s', (name, without) => {
    expect(contract.userName.parse(name)).toBe(name)
    expect(key(name)).toBe(key(without))
  })

  it.each([
    'an\u200dna',
    'an\u200cna',
    '\u200dعلی',
    'علی\u200c',
    'علی\u200c\u200cرضا',
    'а\u200dб',
    'א\u200dב',
    'Anna\u200d',
    '❤\u200d',
    '❤\ufe0f\ufe0f',
    'Anna 1\ufe0f',
    '🏴\u{e0067}\u{e0062}',
    '漢\u200d字',
  ])('but not elsewhere: %j', (name) => {
    expect(contract.userName.safeParse(name).success).toBe(false)
  })

  it('and a variation selector goes with the emoji that NFKC makes letters of', () => {
    expect(contract.userName.parse('Ann ℹ\ufe0f™\ufe0f')).toBe('Ann iTM')
  })

  it('and may be in the name of a room', () => {
    expect(contract.chatroomName.parse('گفت\u200cوگو')).toBe('گفت\u200cوگو')
    expect(contract.chatroomName.safeParse('a\u200cb').success).toBe(false)
  })
})

describe('a message', () => {
  it.each([
    '\u3164',
    ' ',
    '\n',
    '\t \u00a0',
    '\u200b',
    '\u2800',
    '\u{1d159}',
    '\u{16fe4}',
    '\u{13441}',
    '\ufe0f',
    '\u{e0041}',
    '\u2066\u2069',
  ])('of nothing that can be seen is 400: %j', async (message) => {
    const [user, room] = [await newUser(), await newRoom()]
    const body = { userName: user.name, message }
    expect(await fails(400, 'POST', `/chatroom/${room.name}/message`, { body })).toMatchObject({
      detail: 'message must hold something that can be seen',
    })
  })

  it('may be an emoji, or a character that this server does not know', () => {
    for (const message of ['❤\ufe0f', '\u{1faff}', '\u{e000}', '.'])
      expect(contract.messageBody.safeParse({ message }).success).toBe(true)
  })
})
