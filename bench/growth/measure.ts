import { setTimeout as wait } from 'node:timers/promises'
import { cpuSeconds } from '../proc.ts'
import { median } from '../statistics.ts'
import type { Instance } from './instance.ts'
import type { Asked, Route } from './routes.ts'

const ask = async (
  { url }: Instance,
  { method, path, body, headers }: Asked,
  also: Record<string, string> = {},
): Promise<Response> => {
  const response = await fetch(`${url}${path}`, {
    method,
    // Who calls from the machine itself is not counted by our limits.
    headers: { 'Content-Type': 'application/json', 'CF-Connecting-IP': '127.0.0.1', ...headers, ...also },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return response
}

export type Rows = { read: number; written: number }

/** The rows that a route costs, by D1's own account. */
export const rowsOf = async (instance: Instance, route: Route): Promise<Rows> => {
  const response = await ask(instance, route.ask(instance), { 'x-count': '1' })
  return JSON.parse(response.headers.get('x-rows') ?? '')
}

/** Milliseconds of the server's CPU for each request, and the median of how long one took. */
export type Turn = { cpu: number; latency: number }

/** Asks at a fixed rate, whether answers have come or not. */
export const turnOf = async (
  instance: Instance,
  route: Route,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<Turn> => {
  const latencies: number[] = []
  const requests = Math.round(perSecond * seconds)
  const asked = Array.from({ length: requests }, () => route.ask(instance))
  const before = cpuSeconds(instance.pid)
  const start = performance.now()
  const answers = asked.map(async (request, i) => {
    await wait(Math.max(0, (1000 * i) / perSecond - (performance.now() - start)))
    const sent = performance.now()
    await ask(instance, request)
    latencies.push(performance.now() - sent)
  })
  await Promise.all(answers)
  return { cpu: (1000 * (cpuSeconds(instance.pid) - before)) / requests, latency: median(latencies) }
}
