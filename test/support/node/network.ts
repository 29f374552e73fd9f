import { onTestFinished, vi } from 'vitest'

type Frame = { type: string; [field: string]: unknown }

/** The faults that a test puts into the network of the clients in this process. */
type Faults = {
  /** Leaves out subprotocols that an older server does not know. */
  protocols?: (offered: string[]) => string[]
  /** Called with each frame before a client gets it. The client doesn't get one for which this returns `false`. */
  received?: (frame: Frame, socket: WebSocket) => boolean
  /** Answers a request in place of the server. */
  fetch?: (request: Request, forward: () => Promise<Response>) => Promise<Response>
}

/** Records the sent frames and the requests of the clients in this process until the test ends, and disturbs them by `faults`. */
export const network = (faults: Faults = {}) => {
  const frames: Frame[] = []
  const requests: Request[] = []
  /** The messages of the server, as they came. */
  const received: string[] = []

  class Socket extends WebSocket {
    constructor(url: string | URL, protocols: string[]) {
      super(url, faults.protocols?.(protocols) ?? protocols)
    }
    override send(data: string): void {
      if (data !== 'ping') frames.push(JSON.parse(data))
      super.send(data)
    }
    override set onmessage(handler: WebSocket['onmessage']) {
      super.onmessage =
        handler &&
        ((event) => {
          if (event.data === 'pong') return handler.call(this, event)
          received.push(event.data)
          const message = JSON.parse(event.data)
          const passed = [message].flat().filter((frame) => faults.received?.(frame, this) ?? true)
          if (passed.length === 0) return
          const data = JSON.stringify(Array.isArray(message) ? passed : passed[0])
          handler.call(this, new MessageEvent('message', { data }))
        })
    }
  }

  const { fetch } = globalThis
  vi.stubGlobal('WebSocket', Socket)
  vi.stubGlobal('fetch', (url: string | URL, init?: RequestInit) => {
    const request = new Request(url, init)
    requests.push(request)
    const forward = () => fetch(request.clone())
    return faults.fetch ? faults.fetch(request, forward) : forward()
  })
  onTestFinished(() => void vi.unstubAllGlobals())

  return {
    received,
    /** The messages that clients have sent as frames. */
    sentFrames: () => frames.filter(({ type }) => type === 'message'),
    /** The requests that have sent messages. */
    sends: () => requests.filter(({ method, url }) => method === 'POST' && url.endsWith('/message')),
    requests,
  }
}
