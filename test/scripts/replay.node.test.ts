import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseLine } from '../../scripts/replay/irc.ts'
import { readLog } from '../../scripts/replay/logs.ts'
import { nickChange, People } from '../../scripts/replay/people.ts'

// fixtures/ubuntu-irc/README.md names the authors and the licence of the quoted lines.
const fixture = (name: string) => {
  const url = new URL(`../fixtures/ubuntu-irc/${name}.excerpt.raw.txt`, import.meta.url)
  return readLog(`${name}.excerpt.raw.txt`, readFileSync(url, 'utf8'))
}

describe('a line of a log', () => {
  it('is a message with its text unchanged after the first space', () => {
    expect(parseLine('[07:46] <Wille_eee> bary_\u00bb Try using your mixer settings')).toEqual({
      type: 'message',
      nick: 'Wille_eee',
      text: 'bary_\u00bb Try using your mixer settings',
    })
    expect(parseLine('[05:22] <redheat>   nvidia-xconfig')).toEqual({
      type: 'message',
      nick: 'redheat',
      text: '  nvidia-xconfig',
    })
    expect(parseLine('[07:36] <timfrost> \ufeffvova_kubba: try /etc/resolv.conf')).toMatchObject({
      text: '\ufeffvova_kubba: try /etc/resolv.conf',
    })
  })

  it('is a message without text', () => {
    expect(parseLine('[09:43] <drcode>')).toEqual({ type: 'message', nick: 'drcode', text: '' })
    expect(parseLine('[11:25] <pirate> ')).toEqual({ type: 'message', nick: 'pirate', text: '' })
  })

  it('is an action, sent as /me', () => {
    expect(parseLine('[07:22]  * N4 away; sleep')).toEqual({
      type: 'message',
      nick: 'N4',
      text: '/me away; sleep',
    })
  })

  it('is a nick change', () => {
    expect(parseLine('=== nir_ is now known as nir')).toEqual({ type: 'nick', from: 'nir_', to: 'nir' })
  })

  it('is a join, a leave or a kick', () => {
    expect(parseLine('=== FireEgl [Ariel@2001:5c0:84dc:2:0:0:0:0]  has joined #Ubuntu')).toEqual({
      type: 'join',
      nick: 'FireEgl',
    })
    expect(parseLine('=== PD [~KID@203.109.86.7]  has left #ubuntu ["Leaving"]')).toEqual({
      type: 'leave',
      nick: 'PD',
    })
    expect(parseLine('=== ompaul was kicked off #ubuntu by Seveas (Seveas)')).toEqual({
      type: 'leave',
      nick: 'ompaul',
    })
  })

  it('may have a nick with a bracket, which the logs follow with a space', () => {
    expect(parseLine('=== [cc] smart [n=[cc] smar@example.org]  has left #ubuntu ["Leaving"]')).toEqual({
      type: 'leave',
      nick: '[cc]smart',
    })
    expect(parseLine('=== [PervertedMonk]  [Monk-Lazy@137.158.87.69]  has joined #ubuntu')).toEqual({
      type: 'join',
      nick: '[PervertedMonk]',
    })
    expect(parseLine('=== Bart]  is now known as _Bart_')).toEqual({
      type: 'nick',
      from: 'Bart]',
      to: '_Bart_',
    })
    expect(parseLine('[10:07] <bur[n] er> hi')).toMatchObject({ nick: 'bur[n]er' })
  })

  it.each([
    '=== netjoined: irc.freenode.net -> kornbluth.freenode.net',
    '=== mode/#ubuntu [+o Seveas]  by ChanServ',
    '=== Scooter boots his Xbox with linux, and Xmame to play lame old arcade games.',
    '=== joe is now known as the best of us',
    '',
  ])('is a notice: %j', (line) => {
    expect(parseLine(line)).toEqual({ type: 'notice' })
  })
})

describe('a log', () => {
  it('returns its events with their line numbers, counted from 0', () => {
    const { events, notices } = fixture('2007-07-03')
    const types = events.map(({ type }) => type)
    const count = (wanted: string) => types.filter((type) => type === wanted).length
    expect(['message', 'join', 'leave', 'nick'].map(count)).toEqual([36, 5, 1, 4])
    expect(notices).toBe(0)
    expect(events[0]).toEqual({ at: '2007-07-03.excerpt:0', type: 'join', nick: 'HymnToLife' })
  })

  it('keeps letters outside ASCII, and reads actions', () => {
    const texts = fixture('2009-03-25').events.flatMap((event) =>
      event.type === 'message' ? [event.text] : [],
    )
    expect(texts).toContain('/me away; sleep')
    expect(texts).toContain('bary_» Try using your mixer settings')
  })

  it('has the replies of its annotation: each to the last message that it answers', () => {
    const raw = '[10:00] <joe> a\n[10:00] <ann> b\n[10:01] <joe> c\n[10:02] <ann> d\n'
    // The files of the corpus have a space at the end of each line.
    const annotation = '0 0 - \n0 1 - \n0 2 -\n1 2 - \r\n3 3 -\nnot a line\n'
    const { events } = readLog('a.raw.txt', raw, annotation)
    expect(events.map((event) => event.replyTo)).toEqual([undefined, 'a:0', 'a:1', undefined])
  })

  it('may have Windows line breaks', () => {
    const { events } = readLog('a.log', '[10:00] <joe> a \r\n[10:01] <joe> b\r\n')
    expect(events).toEqual([
      { at: 'a:0', type: 'message', nick: 'joe', text: 'a ' },
      { at: 'a:1', type: 'message', nick: 'joe', text: 'b' },
    ])
  })
})

describe('people', () => {
  const peopleWith = (...nicks: string[]) => {
    const people = new People()
    nicks.forEach((nick, index) => {
      people.follow({ type: 'user', nick, id: index + 1, name: nick })
    })
    return people
  }

  it('are found by their nick in any case', () => {
    expect(peopleWith('Danny').find('danny')).toEqual({ id: 1, name: 'Danny' })
  })

  it('are renamed when the new nick is free, and then the old nick is free', () => {
    const people = peopleWith('chad_')
    expect(nickChange(people, 'chad_', 'Leppy')).toBe('rename')
    people.follow({ type: 'renamed', at: 'a:1', from: 'chad_', to: 'Leppy', name: 'Leppy' })
    expect(people.nameOf(1)).toBe('Leppy')
    expect(people.find('chad_')).toBeUndefined()
    expect(people.find('leppy')?.id).toBe(1)
  })

  it('are renamed when only the case changes', () => {
    expect(nickChange(peopleWith('danny'), 'danny', 'Danny')).toBe('rename')
  })

  it('continue as the user who has the new nick', () => {
    expect(nickChange(peopleWith('nir_', 'nir'), 'nir_', 'nir')).toBe('move')
  })

  it('arrive with the new nick if the old one was never seen', () => {
    expect(nickChange(peopleWith('nir'), 'nir_', 'nir')).toBe('arrive')
  })
})
