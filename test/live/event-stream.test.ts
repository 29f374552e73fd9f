import { describe, expect, it } from 'vitest'
import { roomWithUser, say } from '../support/api'
import { stream } from '../support/live'

describe('an event stream', () => {
  it('is the same, as events with numbers', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'one')
    const events = await stream(room)
    expect(events.response.headers.get('content-type')).toBe('text/event-stream')
    expect(await events.block()).toBe('retry: 1000')
    expect(await events.next()).toMatchObject({ id: '1', event: 'hello', data: { type: 'hello', seq: 1 } })
    await say(room, userName, 'two')
    expect(await events.next()).toMatchObject({ id: '2', event: 'message', data: { seq: 2, message: 'two' } })
    await events.cancel()

    await say(room, userName, 'three')
    const again = await stream(room, { headers: { 'Last-Event-ID': '1' }, after: 0 })
    expect(await again.next()).toMatchObject({ id: '1', event: 'hello' })
    expect(await again.next()).toMatchObject({ id: '2', event: 'message' })
    expect(await again.next()).toMatchObject({ id: '3', event: 'message', data: { message: 'three' } })
    await again.cancel()
  })
})

describe('an event stream behind a proxy', () => {
  it('asks it to pass on each event at once, as it is', async () => {
    const { room } = await roomWithUser()
    const { response, cancel } = await stream(room)
    expect(response.headers.get('cache-control')).toBe('no-store, no-transform')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    await cancel()
  })
})

describe('the id of the last event', () => {
  const idsAfter = async (query: string, headers = {}) => {
    const { room, userName } = await roomWithUser()
    for (const text of ['one', 'two', 'three']) await say(room, userName, text)
    const events = await stream(room, { headers, query })
    await say(room, userName, 'four')
    const ids = []
    do ids.push((await events.next()).id)
    while (ids.at(-1) !== '4')
    await events.cancel()
    return ids
  }

  it('may come in the query, and goes before `after`', async () => {
    expect(await idsAfter('lastEventId=1&after=0')).toEqual(['1', '2', '3', '4'])
    expect(await idsAfter('lastEventId=0', { 'Last-Event-ID': '2' })).toEqual(['2', '3', '4'])
  })

  it.each(['abc', '-1', '1.5', '{"a":1}', '99999999999999999999', '1,2'])(
    'that is not ours, %s, begins anew',
    async (id) => {
      expect(await idsAfter('', { 'Last-Event-ID': id })).toEqual(['3', '4'])
      expect(await idsAfter(`lastEventId=${encodeURIComponent(id)}`)).toEqual(['3', '4'])
      expect(await idsAfter(`lastEventId=1&lastEventId=${encodeURIComponent(id)}`)).toEqual(['3', '4'])
      expect(await idsAfter('after=1', { 'Last-Event-ID': id })).toEqual(['1', '2', '3', '4'])
    },
  )
})
