import { html } from 'lit'
import type { Webhook, WebhookAttempt, WebhookState, WebhookStop } from '../../contract/index.ts'
import { emptyNote, roomLink, timeOf } from './parts.ts'

const stopReasons: Record<WebhookStop, string> = {
  byHand: 'somebody switched it off',
  gone: 'the receiver answered 410',
  failing: 'each attempt of a day failed',
}

const stopText = ({ reason, at }: NonNullable<Webhook['stopped']>) =>
  html`off since ${timeOf(at)}: ${stopReasons[reason]}`

const placeOf = ({ chatroom }: Webhook) => (chatroom === null ? 'all rooms' : roomLink(chatroom))

/** Returns which rooms a webhook is told of, and whether it is on or why not. */
export const stateView = (webhook: Webhook) =>
  webhook.stopped === null
    ? html`<p>On, for ${placeOf(webhook)}.</p>`
    : html`<p class="notice bad">For ${placeOf(webhook)}, ${stopText(webhook.stopped)}.</p>
        <p>“Send again” switches it on and sends what it has missed. “Switch on” leaves that out.</p>`

/** Returns a sentence about each webhook that is switched off. */
export const offList = (webhooks: Webhook[]) =>
  webhooks.length === 0
    ? ''
    : html`<ul class="checklist">${webhooks.map(
        (webhook) =>
          html`<li><p>Webhook ${webhook.id}, for ${placeOf(webhook)}, is ${webhook.stopped ? stopText(webhook.stopped) : 'off'}.</p></li>`,
      )}</ul>`

const attemptView = ({ at, event, status, error }: WebhookAttempt) => html`<li>
  <span><time datetime=${at}>${new Date(at).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'medium' })}</time> · ${event}</span>
  <p>${error ?? `The receiver answered ${status}.`}</p>
</li>`

/** Returns the last attempts of a webhook, and when the next one is due. */
export const attemptsView = ({ attempts, failures, nextAttemptAt }: WebhookState) => html`
  ${
    nextAttemptAt === null
      ? ''
      : html`<p>${failures} ${failures === 1 ? 'attempt has' : 'attempts have'} failed since the last success. The next one is due at ${timeOf(nextAttemptAt)}.</p>`
  }
  ${attempts.length === 0 ? emptyNote('Nothing has been sent yet.') : html`<ol class="log">${attempts.map(attemptView)}</ol>`}`
