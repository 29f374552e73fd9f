import { assumed, dailyWrites, measured } from './measured.ts'
import { freePerDay, type Meter, object, paid, type Usage } from './prices.ts'

const none: Usage = {
  requests: 0,
  rowsRead: 0,
  rowsWritten: 0,
  objectRequests: 0,
  objectGbSeconds: 0,
  objectRowsWritten: 0,
}
export const meters = Object.keys(none) as Meter[]

/** Adds up usages, each multiplied by a number. */
export const sum = (...parts: [number, Partial<Usage>][]): Usage => {
  const total = { ...none }
  for (const [times, usage] of parts) for (const meter of meters) total[meter] += times * (usage[meter] ?? 0)
  return total
}

const awake = (seconds: number) => seconds * object.gb

const delivered = (listeners: number) => awake(assumed.wakeSeconds + listeners * assumed.secondsPerDelivery)

/** The rows of a lease: a busy isolate writes them before it asks the meter again. */
const LEASE = 256
const leased = ({ rowsWritten }: { rowsWritten: number }) => rowsWritten / LEASE

/** Returns the usage of one message by POST. Frames to listeners cost nothing. */
export const post = (listeners: number, withKey = false): Usage => {
  const rows = withKey ? measured.postWithKey : measured.post
  const leases = leased(rows)
  return sum([
    1,
    {
      ...rows,
      requests: 1,
      objectRequests: 1 + leases,
      objectRowsWritten: leases,
      objectGbSeconds: delivered(listeners),
    },
  ])
}

/** Returns the usage of one message as a frame. The hub stores it, and is awake during D1's round trip. */
export const frame = (listeners: number): Usage => {
  const leases = leased(measured.post)
  return sum([
    1,
    {
      ...measured.post,
      objectRequests: 1 / object.framesPerRequest + leases,
      objectRowsWritten: leases,
      objectGbSeconds: delivered(listeners) + awake(assumed.lookSeconds),
    },
  ])
}

/** Returns the usage of a delivery by a webhook. Its object is awake during three round trips to D1 and until the receiver has answered. */
export const webhookDelivery: Usage = sum([
  1,
  {
    ...measured.webhookDelivery,
    objectGbSeconds: awake(3 * assumed.lookSeconds + assumed.receiverSeconds),
  },
])

const visitBy = (listen: { rowsRead: number; rowsWritten: number }): Usage =>
  sum([
    1,
    {
      requests: 2,
      rowsRead: measured.page.rowsRead + listen.rowsRead,
      rowsWritten: 2 * listen.rowsWritten,
      objectRequests: 1,
      objectGbSeconds: awake(assumed.listenSeconds),
    },
  ])

/** A visit of a room under a name: a page of history and a connection, whose row is deleted after it. */
export const visit = visitBy(measured.listen)
/** The same by somebody who only reads. */
export const unnamedVisit = visitBy(measured.listenUnnamed)

/** Returns the usage of comparisons of a hub with D1. */
const looks = (count: number): Usage =>
  sum([
    count,
    {
      ...measured.look,
      objectRequests: 1,
      // Setting the alarm writes a row.
      objectRowsWritten: 1,
      objectGbSeconds: awake(assumed.lookSeconds),
    },
  ])

/** A day of a room with any number of listeners in which nothing happens. */
export const quietDay = looks(measured.looksPerQuietDay)
/** A day of a room with any number of listeners that is never quiet. */
export const busyDay = looks(measured.looksPerBusyDay)

/** Returns the meter of the free plan that ends first, and after how many uses a day. */
export const endOfFree = (each: Usage): { meter: Meter; isOurs: boolean; count: number } => {
  const ends = meters
    .filter((meter) => each[meter] > 0)
    .map((meter) => {
      const isOurs = meter === 'rowsWritten' && dailyWrites < freePerDay.rowsWritten
      return { meter, isOurs, count: Math.floor((isOurs ? dailyWrites : freePerDay[meter]) / each[meter]) }
    })
  const [first] = ends.sort((a, b) => a.count - b.count)
  if (!first) throw new Error('the usage is empty, so no quota ends it')
  return first
}

/** Returns the dollars for usage beyond the included amount. */
export const beyondIncluded = (usage: Usage): number =>
  meters.reduce((total, meter) => total + (usage[meter] / 1e6) * paid.perMillion[meter], 0)

/** Returns the dollars for a month on the paid plan. */
export const monthOnPaid = (usage: Usage): number => {
  const beyond = sum([1, usage])
  for (const meter of meters) beyond[meter] = Math.max(0, usage[meter] - paid.included[meter])
  return paid.dollars + beyondIncluded(beyond)
}

/** Returns the quota of the free plan of which a day uses the largest share. */
export const shareOfFree = (day: Usage): { meter: Meter; share: number } =>
  meters
    .map((meter) => ({ meter, share: day[meter] / freePerDay[meter] }))
    .reduce((most, each) => (each.share > most.share ? each : most))
