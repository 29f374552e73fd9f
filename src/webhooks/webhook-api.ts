import type { WebhookAttempt, WebhookStream } from '../contract'

/** A stream of what happens in a room, or with `SITE` on the whole site. */
export type Place = { stream: WebhookStream; roomId: number }

/** The state of the deliveries: times in milliseconds. */
export type DeliveryState = {
  attempts: WebhookAttempt[]
  failures: number
  nextAttemptAt: number | null
}

/** The methods of the object that delivers a webhook. `Webhook` implements it. Each call has the webhook's id, because the object may be new. */
export interface WebhookApi extends Rpc.DurableObjectBranded {
  /** Takes notice of a new webhook, or one that is on again or has other events: tells the hubs of its rooms, and looks for what they missed. `apiUrl`: the URL of the API, by which its deliveries name files. */
  start(id: number, apiUrl?: string): Promise<void>
  /** Takes places where something new has happened. Returns false if it delivers nothing any more. */
  wake(id: number, places: Place[]): Promise<boolean>
  /** Delivers at once what failed, or else sends the last delivery once more. */
  resend(id: number): Promise<void>
  /** Returns the last attempts, and when the next one is due. */
  state(): DeliveryState
  /** Deletes all that is stored. */
  end(): Promise<void>
}
