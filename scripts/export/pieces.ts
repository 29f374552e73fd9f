import { setTimeout as sleep } from 'node:timers/promises'
import { explain, reason, Stop } from '../command.ts'
import { retryAfter } from '../replay/http.ts'

export type Piece = { text: string; next: string | undefined }

type Source = {
  url: string
  /** The path of the first piece, with its query. */
  path: string
  token: string
  onRetry: (reason: string) => void
  firstWaitMilliseconds?: number
}

/** Tries to read a piece so often. Eight take about a minute with the waits between them. */
const ATTEMPTS = 8
const TIMEOUT_MILLISECONDS = 60_000
// The server is overloaded or restarts, or the limit of requests is reached.
const retried = [429, 500, 502, 503, 504]

const isCut = (text: string): boolean => !text.endsWith('\n')

/** Reads one piece. Repeats the request while the server does not answer it: reading changes nothing. */
const readPiece = async ({
  url,
  path,
  token,
  onRetry,
  firstWaitMilliseconds = 500,
}: Source): Promise<Piece> => {
  for (let attempt = 1; ; attempt++) {
    let failure: string
    let atLeast = 0
    try {
      const response = await fetch(url + path, {
        headers: { Authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
      })
      const text = await response.text()
      const { status, headers } = response
      if (status === 200 && !headers.get('content-type')?.startsWith('application/x-ndjson'))
        throw new Stop(`${url}${path} is no export. Is ${url} a Parlour server of this version?`)
      if (status === 200 && !isCut(text)) {
        const [, next] = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '') ?? []
        // Only its path counts: the server may be reached by another origin.
        const at = next === undefined ? undefined : new URL(next)
        return { text, next: at && at.pathname + at.search }
      }
      if (status !== 200 && !retried.includes(status)) {
        const isJson = /^application\/(.+\+)?json\b/.test(headers.get('content-type') ?? '')
        throw new Stop(explain({ status, body: isJson ? JSON.parse(text) : text }))
      }
      failure = status === 200 ? 'the answer was cut off' : `the server answered ${status}`
      atLeast = retryAfter(headers.get('Retry-After'), Date.now())
    } catch (error) {
      if (error instanceof Stop) throw error
      failure = reason(error)
    }
    if (attempt >= ATTEMPTS) throw new Stop(`${url}${path} failed ${ATTEMPTS} times: ${failure}.`)
    const wait = Math.max(atLeast, firstWaitMilliseconds * 2 ** (attempt - 1) * (0.5 + Math.random() / 2))
    onRetry(`${failure}; trying again in ${Math.ceil(wait / 1000)} s`)
    await sleep(wait)
  }
}

/** Reads the pieces of an export, one after another. */
export async function* readPieces(source: Source): AsyncGenerator<Piece> {
  for (let path: string | undefined = source.path; path !== undefined; ) {
    const piece: Piece = await readPiece({ ...source, path })
    yield piece
    path = piece.next
  }
}
