type Problem = { type: string; detail: string; errors?: { message: string }[] }

/** Puts the path before each path in a text, which follows a space or begins a link of Markdown. */
const inText = (text: string, path: string): string => text.replaceAll(/(?<=[ `(])\/(?=[a-z<])/g, `${path}/`)

const problem = (text: string, path: string): string => {
  const body: Problem = JSON.parse(text)
  return JSON.stringify({ ...body, type: path + body.type, detail: inText(body.detail, path) })
}

const document = (text: string, path: string): string => {
  const { servers, ...rest } = JSON.parse(text)
  const body = JSON.stringify(rest).replaceAll('"/problems/', `"${path}/problems/`)
  return JSON.stringify({ ...JSON.parse(body.replaceAll('](/', `](${path}/`)), servers: [{ url: path }] })
}

/**
 * Returns the answer of an app that knows nothing of the path at which it is mounted, with that path in its `Location` and in its texts. The
 * URLs of next pages have it already.
 */
export const mountedAnswer = async (answer: Response, path: string, asked: string): Promise<Response> => {
  const location = answer.headers.get('Location')
  const type = answer.headers.get('Content-Type') ?? ''
  const change =
    asked === '/openapi.json' && answer.ok
      ? document
      : type.startsWith('application/problem+json')
        ? problem
        : undefined
  if (answer.webSocket || (!location?.startsWith('/') && !change)) return answer
  const text = change && (await answer.text())
  const mounted = new Response(change && text ? change(text, path) : (text ?? answer.body), answer)
  if (location?.startsWith('/')) mounted.headers.set('Location', path + location)
  return mounted
}
