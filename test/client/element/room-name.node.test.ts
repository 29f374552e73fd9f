import { describe, expect, it } from 'vitest'
import { mayBeRoomName, roomName } from '../../../src/client/element/room-name.ts'
import { chatroomName } from '../../../src/contract/index.ts'
import { nameKey } from '../../../src/lib/name-key.ts'
import fc from '../../support/properties.ts'

describe("a page's room", () => {
  it.each([
    ['/', 'index'],
    ['/index.html', 'index'],
    ['/blog', 'blog'],
    ['/blog/', 'blog'],
    ['/blog/index.html', 'blog'],
    ['/blog/first-post', 'blog_first-post'],
    ['/post.html', 'post'],
    ['/post.HTM', 'post'],
    ['/blog/post.html', 'blog_post'],
    ['/v1.0', 'v1.0'],
    ['/cafe%CC%81', 'café'],
    ['/caf%C3%A9', 'café'],
    ['/%E6%97%A5%E6%9C%AC', '日本'],
  ])('of %s is %s', (path, name) => {
    expect(roomName(path)).toBe(name)
  })

  it('is different for each page, although a name holds less than a path', () => {
    const pages = [
      ...['/a/b', '/a_b', '/a b', '/a~b', '/a%2Fb/c', '/...', '/....', '/100%'],
      ...[`/${'long/'.repeat(40)}one`, `/${'long/'.repeat(40)}two`],
    ]
    const keys = pages.map((page) => nameKey(chatroomName.parse(roomName(page))))
    expect(new Set(keys).size).toBe(pages.length)
  })

  it('is a valid name with any character of Unicode', () => {
    for (let first = 0; first <= 0x10ffff; first += 64) {
      const characters = Array.from({ length: 64 }, (_, i) => String.fromCodePoint(first + i)).join('')
      const name = roomName(`/${characters.toWellFormed()}`)
      const code = `U+${first.toString(16)}`
      expect({ code, ...chatroomName.safeParse(name) }).toMatchObject({ code, success: true, data: name })
    }
  })

  it('is a valid name, whatever the path', () => {
    const path = fc.oneof(
      fc.webPath(),
      fc.string({ unit: 'binary' }).map((it) => `/${it}`),
      fc.string({ unit: 'grapheme', maxLength: 200 }).map((it) => `/${encodeURIComponent(it)}`),
    )
    fc.assert(
      fc.property(path, (it) => {
        const name = roomName(it)
        expect(chatroomName.safeParse(name)).toMatchObject({ success: true, data: name })
      }),
      { numRuns: 3000 },
    )
  })
})

describe('a name that is written', () => {
  it('is none of a room, if the server refuses it for what is in it', () => {
    const names = [
      '',
      ' ',
      'a b',
      'a/b',
      '/',
      '.',
      '..',
      '{{ slug }}',
      'a?b',
      'a#b',
      '\u0301a',
      'a'.repeat(65),
      '🎉',
    ]
    for (const name of names)
      expect([name, mayBeRoomName(name), chatroomName.safeParse(name).success]).toEqual([name, false, false])
  })

  it('may be one of a room, if the server takes it', () => {
    const names = [
      ' beans ',
      '...',
      'علی\u200cرضا',
      'ශ්\u200dරී',
      'Ｂｅａｎｓ',
      '教'.repeat(64),
      '𝒳'.repeat(64),
      '_',
    ]
    for (const name of names)
      expect([name, mayBeRoomName(name), chatroomName.safeParse(name).success]).toEqual([name, true, true])
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 70 }), (name) => {
        expect(mayBeRoomName(name) || !chatroomName.safeParse(name).success).toBe(true)
      }),
      { numRuns: 3000 },
    )
  })
})
