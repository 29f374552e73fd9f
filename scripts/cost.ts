/** `npm run cost` writes docs/cost.md and the tables of docs/scale.md from measured numbers and published prices. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { about, dollars, fill, round, table } from './cost/document.ts'
import { assumed, dailyWrites, measured } from './cost/measured.ts'
import { peers } from './cost/peers.ts'
import {
  bucket,
  freePerDay,
  object,
  paid,
  readOn,
  sources,
  storage,
  titles,
  type Usage,
} from './cost/prices.ts'
import { rates, room } from './cost/scale.ts'
import { bytesPerMessage } from './cost/size.ts'
import {
  beyondIncluded,
  busyDay,
  endOfFree,
  frame,
  meters,
  monthOnPaid,
  post,
  quietDay,
  shareOfFree,
  sum,
  unnamedVisit,
  visit,
  webhookDelivery,
} from './cost/usage.ts'

const DAYS = 30

const perMessage = (): string => {
  const ways: [string, (listeners: number) => Usage][] = [
    ['by POST', post],
    ['by POST, with an idempotency key', (listeners) => post(listeners, true)],
    ['as a frame on a WebSocket', frame],
  ]
  const rows = ways.flatMap(([way, usage]) =>
    [1, 10, 100].map((listeners) => [
      `${way}, ${listeners} listening`,
      ...meters.map((meter) => round(usage(listeners)[meter])),
      dollars(beyondIncluded(sum([1e6, usage(listeners)]))),
    ]),
  )
  return table(['A message', ...meters.map((meter) => titles[meter]), 'a million, paid plan'], rows)
}

const free = (): string => {
  const things: [string, Usage][] = [
    ['messages by POST', post(10)],
    ['messages by POST, with a key', post(10, true)],
    ['messages as frames', frame(10)],
    ['visits to read (the newest page and a connection)', unnamedVisit],
    ['visits under a name', visit],
    ['quiet rooms that are listened to all day', quietDay],
    ['rooms that are listened to all day and never quiet', busyDay],
  ]
  const rows = things.map(([thing, each]) => {
    const { meter, isOurs, count } = endOfFree(each)
    return [
      thing,
      about(count),
      isOurs ? `our own \`DAILY_WRITES\`, ${about(dailyWrites)} rows` : titles[meter],
    ]
  })
  return table(['If there were nothing else', 'a day', 'what ends it'], rows)
}

const imports = (): string => {
  const { lines, rowsRead, rowsWritten } = measured.import
  const rows = [10_000, 100_000, 1_000_000].map((messages) => {
    const requests = Math.ceil(messages / lines)
    const usage = sum([requests, { requests: 1, rowsRead, rowsWritten }])
    return [
      messages.toLocaleString('en'),
      requests.toLocaleString('en'),
      usage.rowsWritten.toLocaleString('en'),
      Math.ceil(usage.rowsWritten / dailyWrites).toLocaleString('en'),
      dollars(beyondIncluded(usage)),
    ]
  })
  return table(
    ['Messages', 'requests', 'rows written', 'days on the free plan', 'paid plan, beyond what it includes'],
    rows,
  )
}

type Site = {
  title: string
  people: number
  messages: number
  visits: number
  rooms: number
  roomDay: number
}
const sites: Site[] = [
  { title: 'A class', people: 30, messages: 200, visits: 60, rooms: 1, roomDay: 1 / 3 },
  { title: 'A busy site', people: 1000, messages: 10_000, visits: 2000, rooms: 1, roomDay: 1 },
]

const dayOf = ({ people, messages, visits, rooms, roomDay }: Site): Usage =>
  sum([messages, post(people, true)], [visits, visit], [rooms * roomDay, busyDay])

const months = (): string => {
  const rows = sites.map((site) => {
    const day = dayOf(site)
    const { meter, share } = shareOfFree(day)
    const atOnce = { people: site.people, atOnce: site.people, messages: site.messages * DAYS }
    return [
      `${site.title}: ${site.people.toLocaleString('en')} listeners, ${site.messages.toLocaleString('en')} messages a day`,
      share <= 1 ? `yes: ${round(100 * share)} % of ${titles[meter]}` : `no: ${titles[meter]}`,
      dollars(monthOnPaid(sum([DAYS, day]))),
      ...peers.map(({ month }) => month(atOnce)),
    ]
  })
  return table(['A month', 'Free plan?', 'Paid plan', ...peers.map(({ name }) => name)], rows)
}

/** Returns the days after which the busiest site has filled a database of the free plan. */
const busyDays = (): number =>
  (storage.freeDatabaseGb * 1e9) /
  (Math.max(...sites.map(({ messages }) => messages)) * bytesPerMessage({ withKey: true }))

/** Returns the text of docs/cost.md. */
export const costDocument = (): string => `# What it costs

\`npm run cost\` writes this page from the numbers that the tests measure (\`test/cost/prices.test.ts\`) and from the prices that the pages
below had on ${readOn}. Look them up before you rely on them. Prices are in dollars, without tax.

In short: a class or a small site runs on Cloudflare's free plan. A busy site pays the base price of the paid plan and little more.

## A message

${perMessage()}

Sending a frame to a listener costs nothing, so another listener costs only the time for which the room's object is awake longer. A frame
from a client (\`read\`, typing) counts as 1/${object.framesPerRequest} of a request. The Worker's CPU time is left out.

A reaction writes 3 rows, however many people have reacted before. A page reads no row for the counts, and one for each emoji of the reader's own.

## What the free plan carries

${free()}

A message without an idempotency key writes ${measured.post.rowsWritten} row, and one with a key and \`Parlour-After\`, as the client library sends it, ${measured.postWithKey.rowsWritten}. Once
\`DAILY_WRITES\` is used up, writing answers 503 until midnight UTC, and reading goes on. Once a quota of Cloudflare is used up, every
request that needs it fails until then.

## Idle listeners

An idle socket costs nothing: Cloudflare answers pings without waking the room's object. Nor does an idle event stream. But a room with
listeners, one or a thousand, checks them and the log: 25 seconds after the last message, then after twice that time, and so on up to once an
hour. That is ${measured.looksPerQuietDay} requests to its object on a quiet day. The free plan is enough for ${about(endOfFree(quietDay).count)} quiet rooms with listeners day
and night. A message in a quiet room begins this anew, with ${Math.ceil(Math.log2(3600 / 25))} checks in the next two hours. A room that is never quiet is checked every ${86_400 / measured.looksPerBusyDay}
seconds: ${round(measured.looksPerBusyDay, 4)} requests a day, or ${dollars(beyondIncluded(sum([DAYS, busyDay])))} a month beyond the included amount.

A connection with a name writes ${measured.listen.rowsWritten} row in D1, one for each user and room, and the row is deleted after the user has left. Each check
reads ${measured.look.rowsRead} to 8 rows for each different listener. All anonymous listeners count as one.

## An import

A message that is imported writes 1 row, as one that is sent does, and one more for each reaction, two for each mention, and one if its idempotency key has a row in the index. \`npm run import\` sends
${measured.import.lines} lines in a request at most, each with two round trips to D1:

${imports()}

Without a limit, a million messages take ${round(((1e6 / measured.import.lines) * assumed.importSeconds) / 60)} minutes, if a request takes ${assumed.importSeconds} s. The free plan takes so many days because of \`DAILY_WRITES\`: the import stops
when the rows of the day are used up, and goes on the next day.

## A file

Uploading a [file](files.md) takes two round trips to D1, and writes ${measured.upload.rowsWritten} rows there. A message with three files writes ${measured.messageWithFiles.rowsWritten} rows: its own, and two for each file. Reading a file asks
D1 nothing: it is one request to the Worker and one or two to R2. The sweep writes up to 6 rows for each file that it removes, and removing an object is free.

R2 has ${bucket.includedGb} GB, ${bucket.includedPuts / 1e6} million uploads and ${bucket.includedGets / 1e6} million reads a month for free. Beyond that, a GB costs $${bucket.dollarsPerGb} a month, a million uploads ${dollars(bucket.dollarsPerMillionPuts)}, and a million reads ${dollars(bucket.dollarsPerMillionGets)}. What
leaves R2 costs nothing. \`FILE_BYTES_PER_DAY\` keeps you from surprises.

## A webhook

An [outgoing webhook](webhooks.md) with nothing to deliver costs nothing. A delivery takes ${measured.webhookDelivery.objectRequests} requests to the webhook's object, and writes ${measured.webhookDelivery.objectRowsWritten} rows there and ${measured.webhookDelivery.rowsWritten} in D1 (2 for the
first in a room). The object is awake until the receiver has answered. If that takes ${assumed.receiverSeconds} s, a million deliveries cost ${dollars(beyondIncluded(sum([1e6, webhookDelivery])))} on the paid plan, without the
rows that D1 reads, and the free plan carries ${about(endOfFree(webhookDelivery).count)} a day. Deliveries that go out together, up to 20, share the requests and the row in D1: each further one
writes ${measured.furtherDelivery.objectRowsWritten} rows in the object. A try that fails costs about as much as a delivery.

## A month

${months()}

We assume that each message has a key and reaches everybody, and that each person comes twice a day and reads a page. The class meets
for eight hours a day, the site is always open. The busy site fills the free plan's database of ${storage.freeDatabaseGb * 1000} MB in ${about(busyDays())} days.

${peers.map(({ name, note }) => `${name}: ${note}.`).join(' ')}

## What it is computed from

${table(
  ['', 'free, a day', 'paid, included a month', 'a million more'],
  meters.map((meter) => [
    titles[meter],
    freePerDay[meter].toLocaleString('en'),
    paid.included[meter].toLocaleString('en'),
    `$${paid.perMillion[meter]}`,
  ]),
)}

The paid plan is $${paid.dollars} a month. It includes ${storage.includedGb} GB in D1, and each further GB costs $${storage.dollarsPerGb} a month. An object is billed as ${object.gb} GB of
memory, and ${object.framesPerRequest} frames to it as one request.

The time for which an object is awake can't be measured here. We assume ${assumed.wakeSeconds * 1000} ms for a message, ${assumed.secondsPerDelivery * 1e6} µs for each listener, and ${assumed.lookSeconds * 1000} ms where it
waits for D1. That is well above the values of \`npm run bench:live\`. The table is for a busy isolate. A new one asks for small leases of
\`DAILY_WRITES\` first, and each is a request to an object.

${[...Object.values(sources), ...peers.map(({ source }) => source)].map((source) => `- <${source}>`).join('\n')}
`

const docs = join(import.meta.dirname, '../docs')

/** Returns the text of docs/scale.md with new tables. */
export const scaleDocument = (): string =>
  fill(fill(readFileSync(join(docs, 'scale.md'), 'utf8'), 'room', room()), 'rates', rates())

if (import.meta.main) {
  writeFileSync(join(docs, 'cost.md'), costDocument())
  writeFileSync(join(docs, 'scale.md'), scaleDocument())
}
