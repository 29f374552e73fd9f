import { setTimeout as wait } from 'node:timers/promises'
import { cpuSeconds } from '../proc.ts'
import { median } from '../statistics.ts'
import type { Instance } from './instance.ts'
import type { Route, RouteRequest } from './routes.ts'

const send = async (
  { url }: Instance,
  { method, path, body, headers }: RouteRequest,
  extraHeaders: Record<string, string> = {},
): Promise<Response> => {
  const response = await fetch(`${url}${path}`, {
    method,
    // Limits do not count requests from a local address.
    headers: {
      'Content-Type': 'application/json',
      'CF-Connecting-IP': '127.0.0.1',
      ...headers,
      ...extraHeaders,
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return response
}

export type Rows = { read: number; written: number }

/** Returns the rows that D1 counts for one request of a route. */
export const rowsOf = async (instance: Instance, route: Route): Promise<Rows> => {
  const response = await send(instance, route.request(instance), { 'x-count': '1' })
  return JSON.parse(response.headers.get('x-rows') ?? '')
}

/** Milliseconds of server CPU for each request, and the median latency. */
export type Sample = { cpu: number; latency: number }

/** Sends requests at a fixed rate, without waiting for answers. */
export const takeSample = async (
  instance: Instance,
  route: Route,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<Sample> => {
  const latencies: number[] = []
  const count = Math.round(perSecond * seconds)
  const requests = Array.from({ length: count }, () => route.request(instance))
  const before = cpuSeconds(instance.pid)
  const start = performance.now()
  const answers = requests.map(async (request, i) => {
    await wait(Math.max(0, (1000 * i) / perSecond - (performance.now() - start)))
    const sent = performance.now()
    await send(instance, request)
    latencies.push(performance.now() - sent)
  })
  await Promise.all(answers)
  return { cpu: (1000 * (cpuSeconds(instance.pid) - before)) / count, latency: median(latencies) }
}
