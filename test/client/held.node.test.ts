import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { parlour } from '../../src/client/client.ts'

it('a message that waits for approval stays in the outbox, and the next one is sent after it', async ({
  onTestFinished,
}) => {
  const after: unknown[] = []
  const server = createServer((request, response) => {
    after.push(request.headers['parlour-after'])
    const message = { seq: 1, userId: 1, userName: 'danny', message: 'second', createdAt: '' }
    const isFirst = after.length === 1
    response.writeHead(isFirst ? 202 : 201, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify(isFirst ? { held: true, id: 'secret' } : message))
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const room = parlour(`http://127.0.0.1:${(server.address() as AddressInfo).port}`).room('lobby')
  const first = room.send('first')
  const second = room.send('second')
  await second.done
  expect(first).toMatchObject({ state: 'held', held: 'secret' })
  expect(room.outbox).toEqual([first])
  expect(after).toEqual([undefined, undefined])
  first.discard()
  await expect(first.done).rejects.toThrow('Discarded')
  expect(room.outbox).toEqual([])
})
