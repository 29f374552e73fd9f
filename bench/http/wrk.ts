import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Route, requestFor, userNames } from './routes.ts'

const run = promisify(execFile)

/** Throws if wrk is not installed. */
export const findWrk = async (): Promise<void> => {
  try {
    await run('sh', ['-c', 'command -v wrk'])
  } catch {
    throw new Error('wrk is not installed. On Debian and Ubuntu: apt-get install wrk')
  }
}

export type Load = {
  route: Route
  connections: number
  seconds: number
  headers: Record<string, string>
}

/** Sends as many requests as the server answers. Throws if one is refused or lost. */
export const wrk = async (
  port: number,
  { route, connections, seconds, headers }: Load,
): Promise<{ requests: number; seconds: number }> => {
  const { method, path } = requestFor(route, 0)
  const bodies = userNames.flatMap((_, i) => {
    const { body } = requestFor(route, i)
    return body ? [JSON.stringify(body).replace(/#\d{8}/, '#00000000')] : []
  })
  const fields = Object.entries(headers)
  const { stdout } = await run('wrk', [
    ...[
      '-t',
      '1',
      '-c',
      String(connections),
      '-d',
      `${seconds}s`,
      '-s',
      join(import.meta.dirname, 'wrk.lua'),
    ],
    ...[`http://127.0.0.1:${port}`, '--', method, path],
    ...[String(fields.length), ...fields.flat(), ...bodies],
  ])
  const line = stdout.trimEnd().split('\n').at(-1) ?? ''
  const summary: { requests: number; seconds: number; refused: number; lost: number } = JSON.parse(line)
  if (summary.refused + summary.lost > 0)
    throw new Error(`${route}: ${summary.refused} refused and ${summary.lost} lost of ${summary.requests}`)
  return summary
}
