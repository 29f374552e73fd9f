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
