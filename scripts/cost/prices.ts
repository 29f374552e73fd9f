// Cloudflare's published prices, from copies of its pages that were stored on the day in `readOn`.

export const readOn = '2026-11-21'

export const sources = {
  workersPricing: 'https://developers.cloudflare.com/workers/platform/pricing/',
  workersLimits: 'https://developers.cloudflare.com/workers/platform/limits/',
  d1Pricing: 'https://developers.cloudflare.com/d1/platform/pricing/',
  d1Limits: 'https://developers.cloudflare.com/d1/platform/limits/',
  r2Pricing: 'https://developers.cloudflare.com/r2/pricing/',
  objectsPricing: 'https://developers.cloudflare.com/durable-objects/platform/pricing/',
  objectsFaq: 'https://developers.cloudflare.com/durable-objects/reference/faq/',
}

/** The meters of the bill: requests to the Worker and its Durable Objects, rows, and the seconds that an object is awake, times its memory. */
export type Usage = {
  requests: number
  rowsRead: number
  rowsWritten: number
  objectRequests: number
  objectGbSeconds: number
  objectRowsWritten: number
}
export type Meter = keyof Usage

export const titles: Record<Meter, string> = {
  requests: 'requests to the Worker',
  rowsRead: 'rows read in D1',
  rowsWritten: 'rows written to D1',
  objectRequests: 'requests to Durable Objects',
  objectGbSeconds: 'GB-seconds of Durable Objects',
  objectRowsWritten: 'rows written in Durable Objects',
}

/** The daily quotas of the free plan. */
export const freePerDay: Usage = {
  requests: 100_000,
  rowsRead: 5_000_000,
  rowsWritten: 100_000,
  objectRequests: 100_000,
  objectGbSeconds: 13_000,
  objectRowsWritten: 100_000,
}

/** The paid plan, in dollars a month, with what that includes and what a million more costs. */
export const paid: { dollars: number; included: Usage; perMillion: Usage } = {
  dollars: 5,
  included: {
    requests: 10_000_000,
    rowsRead: 25_000_000_000,
    rowsWritten: 50_000_000,
    objectRequests: 1_000_000,
    objectGbSeconds: 400_000,
    objectRowsWritten: 50_000_000,
  },
  perMillion: {
    requests: 0.3,
    rowsRead: 0.001,
    rowsWritten: 1,
    objectRequests: 0.15,
    objectGbSeconds: 12.5,
    objectRowsWritten: 1,
  },
}

/** Storage of D1: what the paid plan includes, and dollars a month for each GB beyond. */
export const storage = { includedGb: 5, dollarsPerGb: 0.75, databaseGb: 10, freeDatabaseGb: 0.5 }

/** Prices of R2, for its standard storage, with what a month includes. */
export const bucket = {
  includedGb: 10,
  includedPuts: 1e6,
  includedGets: 10e6,
  dollarsPerGb: 0.015,
  dollarsPerMillionPuts: 4.5,
  dollarsPerMillionGets: 0.36,
}

/** A Durable Object is billed as having this much memory, and its requests on a WebSocket twenty for one. */
export const object = { gb: 0.128, framesPerRequest: 20, softRequestsPerSecond: 1000 }
