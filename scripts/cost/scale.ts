import { about, dollars, table } from './document.ts'
import { dailyWrites } from './measured.ts'
import { freePerDay, storage } from './prices.ts'
import { bytesPerMessage, TEXT_BYTES } from './size.ts'
import { beyondIncluded, post, sum } from './usage.ts'

const DAY = 86_400
const GB = 1e9
/** Milliseconds that a write keeps a database busy, by Cloudflare's own example; a database does one thing at a time. */
const WRITE_MILLISECONDS = 1
/** Microseconds of a hub for each delivery, by `npm run bench:live`, rounded up. */
const DELIVERY_MICROSECONDS = 20

const spell = (seconds: number): string =>
  seconds < 60
    ? `${about(seconds)} seconds`
    : seconds < 3600
      ? `${about(seconds / 60)} minutes`
      : seconds < 2 * DAY
        ? `${about(seconds / 3600)} hours`
        : `${about(seconds / DAY)} days`

/** Returns the table of bytes a message takes, and of how many messages fit. */
export const room = (): string =>
  table(
    [
      `A message of ${TEXT_BYTES} bytes`,
      'bytes on disk',
      `in ${storage.databaseGb} GB (paid)`,
      `in ${storage.freeDatabaseGb * 1000} MB (free)`,
    ],
    [false, true].map((withKey) => {
      const bytes = bytesPerMessage({ withKey })
      const roomIn = (gigabytes: number) => `${about((gigabytes * GB) / bytes / 1e6)} million`
      return [
        withKey ? 'with an idempotency key' : 'without a key',
        about(bytes),
        roomIn(storage.databaseGb),
        roomIn(storage.freeDatabaseGb),
      ]
    }),
  )

/** Returns the table of limits at several rates of messages a second. */
export const rates = (): string => {
  const bytes = bytesPerMessage({ withKey: true })
  const perSecond = [10, 1000, 100_000]
  const row = (title: string, of: (rate: number) => string) => [title, ...perSecond.map(of)]
  return table(
    ['Messages a second', ...perSecond.map((rate) => rate.toLocaleString('en'))],
    [
      row('the free plan has a day’s worth of writes for', (rate) =>
        spell(Math.min(dailyWrites, freePerDay.rowsWritten) / (rate * post(1, true).rowsWritten)),
      ),
      row(
        `share of a database’s time, at ${WRITE_MILLISECONDS} ms each`,
        (rate) => `${about(rate * WRITE_MILLISECONDS * 0.1)} %`,
      ),
      row(`${storage.databaseGb} GB are full after`, (rate) =>
        spell((storage.databaseGb * GB) / (rate * bytes)),
      ),
      row(`listeners of one room that fill its hub’s thread, at ${DELIVERY_MICROSECONDS} µs each`, (rate) => {
        const listeners = Math.floor(1e6 / DELIVERY_MICROSECONDS / rate)
        return listeners > 0 ? about(listeners) : 'not one'
      }),
      row('dollars a month, beyond what is included', (rate) =>
        dollars(Number(beyondIncluded(sum([rate * DAY * 30, post(10, true)])).toPrecision(2))),
      ),
    ],
  )
}
