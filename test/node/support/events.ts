import { authorization, liveUrl, refusedBy, type Transport } from '../../../scripts/live/listen.ts'

/** A connection over an event stream, as a browser's `EventSource` has it, but that it notices silence. */
export const overEvents: Transport = async ({ room, after, hear, signal }) => {
  const headers = { ...authorization(room), ...(after !== undefined && { 'Last-Event-ID': String(after) }) }
  const response = await fetch(liveUrl(room, undefined), { headers, signal })
  if (!response.ok || !response.body) return refusedBy(response)
  let text = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = `${text}${chunk}`.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) hear(/^data: (.*)$/m.exec(block)?.[1])
  }
  return { reason: 'the stream has ended' }
}
