import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { MentionList, Message, MessageList, NewUser } from '../../src/contract'
import { fresh, newUser, ok, roomWithUser, say } from '../support/api'
import { costOf } from '../support/cost'
import { roomFixture } from '../support/fixtures'
import { listen } from '../support/live'

/** Creates a room with a writer and members of these names, each made unique by what `as` does with it. */
const roomWith = async (...as: ((unique: string) => string)[]) => {
  const { room, userName: writer } = await roomWithUser()
  await ok('PUT', room, { body: { userName: writer } })
  const members: NewUser[] = []
  for (const nameOf of as) {
    const member = await newUser(nameOf(fresh('m').replaceAll('-', '')))
    await ok('PUT', room, { body: { userName: member.name } })
    members.push(member)
  }
  return { room, writer, members: members as [NewUser, NewUser, ...NewUser[]] }
}
const plain = (unique: string) => unique
const listOf = async ({ token }: NewUser): Promise<(string | null)[]> =>
  (await ok<MentionList>('GET', '/api/users/me/mention', { token })).messages.map(({ message }) => message)
const rowsOf = async ({ id }: NewUser) =>
  env.DB.prepare('select count(*) as count from mentions where user_id = ?').bind(id).first('count')

describe('a mention', () => {
  it('is found when the message is stored, and shown everywhere', async () => {
    const { room, writer, members } = await roomWith(plain)
    const [{ name }] = members
    const listener = await listen(room)
    const sent = await say(room, writer, `hello @${name}!`)
    expect(sent.mentions).toEqual([name])
    expect((await ok<Message>('GET', `${room}/message/1`)).mentions).toEqual([name])
    expect((await ok<MessageList>('GET', `${room}/message`)).messages[0]?.mentions).toEqual([name])
    expect(await listener.next('message')).toMatchObject({ mentions: [name] })
    const late = await listen(room, { after: 0 })
    expect(await late.next('message')).toMatchObject({ mentions: [name] })
    expect(await listOf(members[0])).toEqual([`hello @${name}!`])
  })

  it('is found in a frame, and in a first message', async () => {
    const { room, writer, members } = await roomWith(plain, plain)
    const [{ name }, other] = members
    const speaker = await listen(room, { userName: writer, protocols: ['parlour.v2'] })
    speaker.send([
      { type: 'message', message: `one @${name}` },
      { type: 'message', message: 'two' },
      { type: 'message', message: `three @${other.name} @${name}` },
    ])
    const entries = await speaker.entries(3)
    expect(entries.map((entry) => 'mentions' in entry && entry.mentions)).toEqual([
      [name],
      [],
      [other.name, name],
    ])
    expect(await listOf(members[0])).toEqual([`three @${other.name} @${name}`, `one @${name}`])
    expect(await listOf(other)).toHaveLength(1)
    const { name: newcomer } = await newUser()
    expect((await say(room, newcomer, `@${name}`)).mentions).toEqual([name])
    expect(await listOf(members[0])).toHaveLength(3)
  })

  it('names the member with the longest name that fits', async () => {
    const { room, writer, members } = await roomWith(plain)
    const [{ name }] = members
    expect((await say(room, writer, `@${name}.`)).mentions).toEqual([name])
    const dotted = await newUser(`${name}.`)
    expect((await say(room, writer, `@${name}.`)).mentions).toEqual([name])
    await ok('PUT', room, { body: { userName: dotted.name } })
    expect((await say(room, writer, `@${name}.`)).mentions).toEqual([dotted.name])
    expect((await say(room, writer, `@${name}. and @${name}`)).mentions).toEqual([dotted.name, name])
    expect(
      (await say(room, writer, `@${name}s, @${name}-x, @${name}_x, a@${name}, x.y@${name}`)).mentions,
    ).toEqual([])
  })

  it('of a name with spaces or marks stands in quotation marks, and is compared as names are', async () => {
    const { room, writer, members } = await roomWith(
      (unique) => `Two ${unique} Words`,
      (unique) => `straße${unique}`,
    )
    const [{ name: words }, { name: street }] = members
    expect((await say(room, writer, `@"${words.toLowerCase()}" @${street.toUpperCase()}`)).mentions).toEqual([
      words,
      street,
    ])
    expect((await say(room, writer, `@“${words}”`)).mentions).toEqual([words])
    expect((await say(room, writer, `@${words}`)).mentions).toEqual([])
  })

  it('stands outside of code', async () => {
    const { room, writer, members } = await roomWith(plain)
    const [{ name }] = members
    for (const text of [
      `\`@${name}\``,
      `\`\`@${name}\`\``,
      `\`\`\`\n@${name}\n\`\`\``,
      `> \`\`\`\n> @${name}`,
      `- \`@${name}\``,
      `https://example.com/@${name}`,
    ])
      expect([text, (await say(room, writer, text)).mentions]).toEqual([text, []])
    for (const text of [`> @${name}`, `- **@${name}**`, `\`x\` @${name} \`y\``])
      expect([text, (await say(room, writer, text)).mentions]).toEqual([text, [name]])
  })

  it('names only members of the room, and nobody by @everyone', async () => {
    const { room, writer, members } = await roomWith(plain)
    const { name: stranger } = await newUser()
    await ok('DELETE', `${room}/member/${members[0].name}`, { body: { userName: members[0].name } })
    const { mentions } = await say(
      room,
      writer,
      `@${stranger} @${members[0].name} @everyone @here @nobody-there`,
    )
    expect(mentions).toEqual([])
    expect(await rowsOf(members[0])).toBe(0)
  })

  it('counts once, in the order of the text, for at most 10 members', async () => {
    const { room, writer, members } = await roomWith(...Array.from({ length: 12 }, () => plain))
    const names = members.map(({ name }) => name).reverse()
    const text = `@${names[0]} ${names.map((name) => `@${name}`).join(' ')}`
    expect((await say(room, writer, text)).mentions).toEqual(names.slice(0, 10))
    expect(await Promise.all(members.map(rowsOf))).toEqual([0, 0, ...Array(10).fill(1)])
  })

  it('of oneself is shown, but not listed', async () => {
    const { room, writer } = await roomWith()
    expect((await say(room, writer, `me: @${writer}`)).mentions).toEqual([writer])
    expect(await ok('GET', `/api/users/me/mention?userName=${writer}`)).toMatchObject({ messages: [] })
  })

  it('stays as it was when the message is edited or the member renamed', async () => {
    const { room, writer, members } = await roomWith(plain, plain)
    const [{ id, name }, other] = members
    await say(room, writer, `@${name}`)
    await ok('PATCH', `${room}/message/1`, { body: { userName: writer, message: `@${other.name}` } })
    await ok('PATCH', `/api/users/${id}`, { body: { name: fresh('renamed') }, token: members[0].token })
    expect((await ok<Message>('GET', `${room}/message/1`)).mentions).toEqual([name])
    expect(await listOf(members[0])).toEqual([`@${other.name}`])
    expect(await rowsOf(other)).toBe(0)
  })

  it('goes with the message, also by a purge', async () => {
    const { room, owner, member, guest } = await roomFixture()
    await say(room, member.name, 'x')
    for (const _ of [1, 2, 3]) await say(room, guest.name, `@${member.name}`)
    const listener = await listen(room)
    await ok('DELETE', `${room}/message/2?userName=${guest.name}`)
    await listener.next('delete')
    expect((await ok<Message>('GET', `${room}/message/2`)).mentions).toEqual([])
    expect(await rowsOf(member)).toBe(2)
    const span = `from=2020-01-01T00:00:00Z&upTo=${new Date().toISOString()}`
    await ok('DELETE', `${room}/message?author=${guest.name}&${span}`, { token: owner.token })
    const { messages } = await ok<MessageList>('GET', `${room}/message`)
    expect(messages.flatMap(({ mentions }) => mentions)).toEqual([])
    expect(await rowsOf(member)).toBe(0)
  })

  it('is given again to a sender who repeats the message under its key', async () => {
    const { room, writer, members } = await roomWith(plain)
    const text = `@${members[0].name}`
    const headers = { 'Idempotency-Key': fresh('key') }
    const first = await say(room, writer, text, headers)
    await ok('DELETE', `${room}/member/${members[0].name}`, { body: { userName: members[0].name } })
    expect(await say(room, writer, text, headers)).toEqual(first)
    expect(await rowsOf(members[0])).toBe(1)
  })
})

describe('the cost of a message', () => {
  it.each([
    [0, 1, 12],
    [1, 3, 22],
    [10, 21, 91],
  ])('that mentions %i members: one round trip', async (count, rowsWritten, rowsRead) => {
    const { room, writer, members } = await roomWith(...Array.from({ length: count }, () => plain))
    const message = members.map(({ name }) => `@${name}`).join(' ') || 'x'
    const cost = await costOf('POST', `${room}/message`, { userName: writer, message })
    expect(cost).toMatchObject({ roundTrips: 1, rowsWritten })
    expect(cost.rowsRead).toBeLessThanOrEqual(rowsRead)
  })

  it('is bound, however many names it may mention', async () => {
    const { room, writer } = await roomWith()
    for (const message of ['@a.b,c '.repeat(570), '@'.repeat(4000), '@"x"'.repeat(1000)]) {
      const cost = await costOf('POST', `${room}/message`, { userName: writer, message })
      expect(cost).toMatchObject({ roundTrips: 1, rowsWritten: 1 })
      expect(cost.rowsRead).toBeLessThanOrEqual(450)
    }
  })
})
