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

/** Several of these together, each so many times. */
export const sum = (...parts: [number, Partial<Usage>][]): Usage => {
  const total = { ...none }
  for (const [times, usage] of parts) for (const meter of meters) total[meter] += times * (usage[meter] ?? 0)
  return total
}

const awake = (seconds: number) => seconds * object.gb

const delivered = (listeners: number) => awake(assumed.wakeSeconds + listeners * assumed.secondsPerDelivery)

/** The rows of a lease, out of which a busy isolate writes before it asks the meter again. */
const LEASE = 256
const leased = ({ rowsWritten }: { rowsWritten: number }) => rowsWritten / LEASE

/** One message by POST, with so many who listen; what goes out on a WebSocket costs nothing. */
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

/** One message as a frame on the sender's own socket: the hub stores it, and is awake while D1 does. */
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

/** Coming to a room: a page of history and a connection. */
export const visit: Usage = sum([
  1,
  {
    requests: 2,
    rowsRead: measured.page.rowsRead + measured.listen.rowsRead,
    objectRequests: 1,
    objectGbSeconds: awake(assumed.listenSeconds),
  },
])

/** A day of a room that somebody listens to, however many: its hub looks after them and the log. */
export const listenedDay: Usage = sum([
  measured.looksPerDay,
  {
    ...measured.look,
    objectRequests: 1,
    // The alarm is set anew.
    objectRowsWritten: 1,
    objectGbSeconds: awake(assumed.lookSeconds),
  },
])

/** Returns the meter of the free plan that ends first, and after how many uses a day. */
export const endOfFree = (each: Usage): { meter: Meter; isOurs: boolean; count: number } => {
  const ends = meters
    .filter((meter) => each[meter] > 0)
    .map((meter) => {
      const isOurs = meter === 'rowsWritten' && dailyWrites < freePerDay.rowsWritten
      return { meter, isOurs, count: Math.floor((isOurs ? dailyWrites : freePerDay[meter]) / each[meter]) }
    })
  const [first] = ends.sort((a, b) => a.count - b.count)
  if (!first) throw new Error('what costs nothing has no end')
  return first
}

/** Dollars for usage beyond what the plan includes. */
export const beyondIncluded = (usage: Usage): number =>
  meters.reduce((total, meter) => total + (usage[meter] / 1e6) * paid.perMillion[meter], 0)

/** Dollars for a month on the paid plan. */
export const monthOnPaid = (usage: Usage): number => {
  const beyond = sum([1, usage])
  for (const meter of meters) beyond[meter] = Math.max(0, usage[meter] - paid.included[meter])
  return paid.dollars + beyondIncluded(beyond)
}

/** The most of a day's quota of the free plan that a day uses, and of which. */
export const shareOfFree = (day: Usage): { meter: Meter; share: number } =>
  meters
    .map((meter) => ({ meter, share: day[meter] / freePerDay[meter] }))
    .reduce((most, each) => (each.share > most.share ? each : most))
