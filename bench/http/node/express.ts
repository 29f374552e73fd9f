import type { AddressInfo } from 'node:net'
import express from 'express'
import { page, send } from './store.ts'

const app = express()
app.use(express.json())
app.post('/chatroom/:name/message', (request, response) => {
  const sent = send(request.params.name, request.body)
  if (sent) response.status(201).json(sent)
  else response.sendStatus(403)
})
app.get('/chatroom/:name/message', (request, response) => {
  response.json(page(request.params.name))
})

const server = app.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port, pid: process.pid })
})
// Keeps connections open while the other peers are measured.
server.keepAliveTimeout = 0
