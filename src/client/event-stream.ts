import type { Transport } from './transport.ts'

/** Connects by an event stream over `fetch`, where there is no WebSocket. Rejects with the server's refusal. */
export const overEvents: Transport = async ({ session, path, query, received, signal }) => {
  const response = await session.fetch(`${path}/live`, { query, isNamed: true, signal })
  // Only answers with a status such as 204 have none. A server that gives one is tried again, as one that doesn't answer.
  const body = response.body as ReadableStream<BufferSource>
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (;;) {
    const { done, value = '' } = await reader.read()
    if (done) return { reason: 'closed' }
    const events = (text + value).split('\n\n')
    text = events.pop() ?? ''
    // A dot would end the frame at U+2028 and U+2029, which JSON may hold.
    for (const event of events) received(/^data: ([^\n]*)/m.exec(event)?.[1])
  }
}
