import type { WebhookAttempt } from '../contract'
import { time } from '../lib/time'
import { addressRefusal } from './address'
import type { Deliverable } from './delivery-store'
import { bodyOf } from './formats'
import { type Answer, send } from './send'
import { signatureHeaders } from './signature'
import type { Happening } from './streams'
import type { Place } from './webhook-api'

const FIRST_WAIT_MILLISECONDS = 5000
const LONGEST_WAIT_MILLISECONDS = 86_400_000
/** A wait is so many times the one before. */
const GROWTH = 4
/** After so many failures without a success, which take about a day, the webhook is switched off. */
export const MAX_FAILURES = 9

/**
 * Returns for how many milliseconds to wait after a number of failures: half of the full wait to all of it, so that many webhooks don't
 * try again at the same moment, or as long as the receiver asks for.
 */
export const waitAfter = (failures: number, retryAfter = 0): number => {
  const full = Math.min(FIRST_WAIT_MILLISECONDS * GROWTH ** (failures - 1), LONGEST_WAIT_MILLISECONDS)
  return Math.max(full * (0.5 + 0.5 * Math.random()), retryAfter)
}

/** An event at a place of a stream, with the data to deliver. */
export type Delivery = Place & { happening: Happening & { data: object } }

/** Returns the `webhook-id`. It is the same at each try, and another one for what has the same number after the database was restored. */
const deliveryId = (webhookId: number, { stream, roomId, happening }: Delivery): string =>
  `msg_${webhookId}_${roomId}_${stream}_${happening.place}_${happening.at}`

/** Tries once to deliver something. */
export const attempt = async (
  { id: webhookId, url, format, secrets }: Deliverable,
  delivery: Delivery,
  { allowsLocalhost }: { allowsLocalhost: boolean },
): Promise<{ answer: Answer; attempt: WebhookAttempt }> => {
  const now = Date.now()
  const id = deliveryId(webhookId, delivery)
  const body = bodyOf(format, delivery.happening)
  const refusal = addressRefusal(url, { allowsLocalhost })
  const answer: Answer = refusal
    ? { status: null, error: `The URL ${refusal}.`, retryAfter: undefined }
    : await send(url, await signatureHeaders(secrets, { id, now, body }), body)
  const { status, error } = answer
  const { event } = delivery.happening
  return { answer, attempt: { id, event, at: time(now), status, error, milliseconds: Date.now() - now } }
}
