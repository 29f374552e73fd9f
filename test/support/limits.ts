import { env } from 'cloudflare:workers'
import type { LeaseRequest, UploadLimit } from '../../src/limits/meter'
import { fresh } from './api'

/** Returns a rate limiter that allows `limit` calls for each key, and counts the calls. */
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

/** Returns a new meter, as a new instance has. The same `name` gives the same meter, as several isolates have. */
export const meter = (name = fresh('meter')) => {
  const asked: LeaseRequest[] = []
  const lease = (request: LeaseRequest) => {
    asked.push(request)
    return env.METER.getByName(name).lease(request)
  }
  const stub = env.METER.getByName(name)
  const rooms = {
    countRoom: (address: string, limit: number) => stub.countRoom(address, limit),
    uncountRoom: (address: string) => stub.uncountRoom(address),
    countUpload: (bytes: number, limits: UploadLimit[]) => stub.countUpload(bytes, limits),
    uncountUpload: (bytes: number, whom: string[]) => stub.uncountUpload(bytes, whom),
    spentToday: () => stub.spentToday(),
    sweptToday: () => stub.sweptToday(),
    leaseSweep: (rows: number, limits: { limit: number; sweepLimit: number }) =>
      stub.leaseSweep(rows, limits),
    returnSweep: (rows: number) => stub.returnSweep(rows),
  }
  return {
    asked,
    METER: { getByName: () => ({ lease, ...rooms }) } as unknown as typeof env.METER,
  }
}

/** Returns the header in which Cloudflare puts the address of the client. */
export const from = (address: string) => ({ 'CF-Connecting-IP': address })
