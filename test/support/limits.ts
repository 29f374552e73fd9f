import { env } from 'cloudflare:workers'
import type { LeaseRequest } from '../../src/limits/meter'
import { fresh } from './api'

/** A rate limiter that lets `limit` of each key through, and how often each key came. */
export const limiter = (limit: number) => {
  const counts = new Map<string, number>()
  return {
    counts,
    limit: async ({ key }: RateLimitOptions): Promise<RateLimitOutcome> => {
      const count = (counts.get(key) ?? 0) + 1
      counts.set(key, count)
      return { success: count <= limit }
    },
  }
}

/** A meter of its own, as a new instance has it; `name` makes several bindings one meter, as several isolates have it. */
export const meter = (name = fresh('meter')) => {
  const asked: LeaseRequest[] = []
  const lease = (request: LeaseRequest) => {
    asked.push(request)
    return env.METER.getByName(name).lease(request)
  }
  return { asked, METER: { getByName: () => ({ lease }) } as unknown as typeof env.METER }
}

/** What Cloudflare says of where a request comes from. */
export const from = (address: string) => ({ 'CF-Connecting-IP': address })
