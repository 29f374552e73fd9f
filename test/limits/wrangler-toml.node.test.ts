import { expect, it } from 'vitest'
import { unstable_readConfig } from 'wrangler'

type Limit = { name: string; namespace_id: string; simple: { limit: number; period: number } }
const { ratelimits, vars }: { ratelimits: Limit[]; vars: Record<string, unknown> } = unstable_readConfig({})

it('the limits in the answers are those of wrangler.toml', () => {
  expect(vars.RATE_LIMITS).toEqual(Object.fromEntries(ratelimits.map(({ name, simple }) => [name, simple])))
})

it('no two limits share their counts', () => {
  expect(new Set(ratelimits.map(({ namespace_id }) => namespace_id)).size).toBe(ratelimits.length)
})
