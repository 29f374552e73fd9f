import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { page, send } from './store.ts'

type Room = { name: string }
type NewMessage = { userName: string; message: string }

const text = { type: 'string' } as const
const message = {
  type: 'object',
  properties: { seq: { type: 'integer' }, userName: text, message: text, chatroom: text, createdAt: text },
} as const
const body = {
  type: 'object',
  required: ['userName', 'message'],
  properties: { userName: text, message: text },
} as const

// Uses response schemas as the documentation recommends: they make its JSON fast.
const app = Fastify({ keepAliveTimeout: 0 })
app.post<{ Params: Room; Body: NewMessage }>(
  '/chatroom/:name/message',
  { schema: { body, response: { 201: message } } },
  async (request, reply) => {
    const sent = send(request.params.name, request.body)
    return sent ? reply.code(201).send(sent) : reply.code(403).send()
  },
)
const messages = { type: 'object', properties: { messages: { type: 'array', items: message } } } as const
app.get<{ Params: Room }>(
  '/chatroom/:name/message',
  { schema: { response: { 200: messages } } },
  async (request) => page(request.params.name),
)

await app.listen({ port: 0, host: '127.0.0.1' })
process.send?.({ port: (app.server.address() as AddressInfo).port, pid: process.pid })
