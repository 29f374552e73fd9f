/** The work of D1 and the hub for each action, as they count it. `test/cost/prices.test.ts` holds the app to these numbers. */
export const measured = {
  /** A message by POST, of a member. */
  post: { rowsRead: 10, rowsWritten: 1 },
  /** By a sender who says what it has seen, as the client does. */
  postWithKey: { rowsRead: 12, rowsWritten: 1 },
  /** The upload of a file by a member, without a key. */
  upload: { rowsRead: 12, rowsWritten: 3 },
  /** A message with three files, by POST, of a member. */
  messageWithFiles: { rowsRead: 69, rowsWritten: 7 },
  /** The newest page of history, full, by five authors. */
  page: { rowsRead: 58, rowsWritten: 0 },
  /** Coming to listen as somebody with an open name, to a room where nobody is behind. */
  listen: { rowsRead: 7, rowsWritten: 1 },
  /** The same without a name. */
  listenUnnamed: { rowsRead: 2, rowsWritten: 0 },
  /** A comparison of a hub with D1: its log and its listeners. */
  look: { rowsRead: 5, rowsWritten: 0 },
  /** A request of an import with so many messages with a key by five authors, in an instance that was empty. */
  import: { lines: 500, rowsRead: 512, rowsWritten: 501 },
  /** A delivery by a webhook that goes out alone, and what each further one adds that goes out with it: the writes in `src/webhooks/webhook.ts`. */
  webhookDelivery: { objectRequests: 2, objectRowsWritten: 5, rowsWritten: 1 },
  furtherDelivery: { objectRowsWritten: 2 },
  /** In a room that is listened to and in which nothing happens: see test/cost/quiet-room.test.ts. */
  looksPerQuietDay: 31,
  /** At most, in a room that is never quiet. */
  looksPerBusyDay: 86_400 / 25,
}

/**
 * Seconds that a hub is awake, of which no test can say anything for Cloudflare's machines: more than three times what
 * `npm run bench:live` measures of a delivery here, and for D1 a round trip across a continent.
 */
export const assumed = {
  wakeSeconds: 0.01,
  secondsPerDelivery: 0.000_05,
  lookSeconds: 0.1,
  /** A request of an import: two round trips of D1, and storing 500 rows. */
  importSeconds: 0.5,
  listenSeconds: 0.1,
  /** Until the receiver of a webhook has answered. */
  receiverSeconds: 1,
}

/** The rows that may be written in a day: `DAILY_WRITES` of wrangler.toml. A test holds the two equal. */
export const dailyWrites = 90_000
