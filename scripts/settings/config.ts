import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { DEFAULTS, readDefaults, readSettings, SETTINGS } from './file.ts'
import { type Values, workerRules } from './rules.ts'

/** The configuration that wrangler gets: wrangler.toml with the owner's settings. It is in the same folder, because its paths are relative. */
const MERGED = 'wrangler.settings.jsonc'

type Database = { binding: string; [key: string]: unknown }
type Bucket = { binding: string; bucket_name?: string }
type RateLimit = { name: string; simple: unknown; [key: string]: unknown }

const asObject = (value: unknown): Values => (value ?? {}) as Values

/** The binding of the bucket for files. */
const FILES = 'FILES'

/** The longest name of a bucket has 63 characters. */
const MAX_WORKER_NAME = 57

/**
 * Returns the buckets of a configuration. Each Worker has its own, so that two sites of one account don't share it; a restored database goes on
 * with the same. An empty name leaves the bucket for files away.
 */
const withBucket = (buckets: readonly Bucket[], { bucket_name, name: worker }: Values): Bucket[] => {
  const own = worker === undefined ? undefined : `${String(worker).slice(0, MAX_WORKER_NAME)}-files`
  const name = bucket_name ?? own
  return buckets.flatMap((each) => {
    if (each.binding !== FILES || name === undefined) return [each]
    return name === '' ? [] : [{ ...each, bucket_name: String(name) }]
  })
}

/** Returns a configuration without the bucket for files. */
const withoutFiles = (config: Values): Values => {
  const { r2_buckets, env, ...rest } = config
  return {
    ...rest,
    ...(r2_buckets !== undefined && {
      r2_buckets: (r2_buckets as Bucket[]).filter(({ binding }) => binding !== FILES),
    }),
    ...(env !== undefined && {
      env: Object.fromEntries(
        Object.entries(asObject(env)).map(([name, values]) => [name, withoutFiles(asObject(values))]),
      ),
    }),
  }
}

/** Returns the name of the bucket for files; undefined where there is none. */
export const bucketNameIn = (config: Values): string | undefined =>
  ((config.r2_buckets ?? []) as Bucket[]).find(({ binding }) => binding === FILES)?.bucket_name

/** Returns the defaults with the owner's settings in their places. */
export const withSettings = (defaults: Values, settings: Values): Values => {
  const { database_name, database_id, bucket_name, domain, invocation_logs, analytics_dataset, ...rest } =
    settings
  const ofWorker = Object.entries(rest).filter(([name]) => Object.hasOwn(workerRules, name))
  const vars = Object.entries(rest).filter(([name]) => !Object.hasOwn(workerRules, name))
  const rateLimits = { ...asObject(asObject(defaults.vars).RATE_LIMITS), ...asObject(settings.RATE_LIMITS) }
  const database = {
    ...(database_name !== undefined && { database_name }),
    ...(database_id !== undefined && { database_id }),
  }
  return {
    ...defaults,
    ...Object.fromEntries(ofWorker),
    ...(domain !== undefined && { routes: [{ pattern: domain, custom_domain: true }] }),
    ...(invocation_logs !== undefined && {
      observability: { ...asObject(defaults.observability), logs: { enabled: true, invocation_logs } },
    }),
    ...(analytics_dataset !== undefined && {
      analytics_engine_datasets: [{ binding: 'ANALYTICS', dataset: analytics_dataset }],
    }),
    vars: { ...asObject(defaults.vars), ...Object.fromEntries(vars), RATE_LIMITS: rateLimits },
    d1_databases: ((defaults.d1_databases ?? []) as Database[]).map((each) =>
      each.binding === 'DB' ? { ...each, ...database } : each,
    ),
    ...(defaults.r2_buckets !== undefined && {
      r2_buckets: withBucket(defaults.r2_buckets as Bucket[], settings),
    }),
    ratelimits: ((defaults.ratelimits ?? []) as RateLimit[]).map((each) => ({
      ...each,
      simple: rateLimits[each.name] ?? each.simple,
    })),
  }
}

/** Returns the configuration as it is in force: the defaults, with the owner's settings if there are any. */
export const readConfiguration = (): Values => {
  const defaults = readDefaults()
  return withSettings(defaults, readSettings(defaults.vars) ?? {})
}

/**
 * Writes the configuration for wrangler, and returns its path. Undefined where the owner has no settings: then wrangler.toml is all. Without
 * `files`, it is one without the bucket for files. Throws a `Stop` if a setting is wrong.
 */
export const writeConfiguration = ({ files = true } = {}): string | undefined => {
  if (files && !existsSync(SETTINGS)) return undefined
  const note = `// Made from ${DEFAULTS} and ${SETTINGS}. Change those: this file is written anew.`
  const config = files ? readConfiguration() : withoutFiles(readConfiguration())
  const merged = `${note}\n${JSON.stringify(config, undefined, 2)}\n`
  // `wrangler dev` restarts when the file is written.
  if (!existsSync(MERGED) || readFileSync(MERGED, 'utf8') !== merged) writeFileSync(MERGED, merged)
  return MERGED
}
