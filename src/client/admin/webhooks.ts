import { html } from 'lit'
import type { NewWebhook, Webhook, WebhookEvent, WebhookFormat, WebhookState } from '../../contract/index.ts'
import { emptyNote, fieldsOf } from './parts.ts'
import type { SiteApi } from './site-api.ts'
import { type Actions, cards, type OpenedList, type OpenedView, openList, type View } from './view.ts'
import type { WebhookApi } from './webhook-api.ts'
import { attemptsView, stateView } from './webhook-state.ts'

const formatNames: Record<WebhookFormat, string> = {
  standard: 'Signed JSON',
  slack: 'Slack',
  discord: 'Discord',
}

const eventNames: Record<WebhookEvent, string> = {
  message: 'Messages',
  edit: 'Edits',
  delete: 'Deletions',
  reaction: 'Reactions',
  report: 'Reports',
  held: 'Messages that wait for approval',
  ban: 'Bans',
}
const events = Object.keys(eventNames) as WebhookEvent[]

/** Renders a new secret. Nothing shows it a second time. */
const secretNote = ({ id, secret }: NewWebhook) => html`<p class="lead">
    The secret of webhook ${id}. Copy it now: it is shown this once.
  </p>
  <div class="fields">
    <label class="wide">Secret <input readonly .value=${secret} spellcheck="false"></label>
  </div>`

/** Opens the outgoing webhooks of a room, or those of the site and all its rooms. */
const openWebhooks = (api: WebhookApi, empty: string): OpenedList<Actions> => {
  let made: NewWebhook | undefined
  /** The attempts that are shown, by the ids of webhooks. */
  const states = new Map<number, WebhookState>()

  const item = (webhook: Webhook, actions: Actions) => {
    const { id, url, format, enabled } = webhook
    const state = states.get(id)
    const resend = () =>
      actions.act(
        () => api.resend(id),
        enabled
          ? `Webhook ${id} sends now what waits, or else the last delivery again.`
          : `Webhook ${id} is on again, and goes on where it stopped.`,
      )
    const toggle = () =>
      actions.act(
        () => api.setEnabled(id, !enabled),
        enabled ? `Webhook ${id} is off.` : `Webhook ${id} is on, and sends what happens from now on.`,
      )
    const look = () =>
      actions.run(async () => {
        states.set(id, await api.state(id))
      })
    const renew = () =>
      confirm(`Make a new secret for webhook ${id}? The old one signs as well for a day.`) &&
      actions.act(async () => {
        made = await api.renewSecret(id)
      }, `Webhook ${id} has a new secret.`)
    const remove = () =>
      confirm(`Delete webhook ${id}? It sends nothing more.`) &&
      actions.act(async () => {
        await api.remove(id)
        states.delete(id)
        if (made?.id === id) made = undefined
      }, `Webhook ${id} is deleted.`)
    const title = `webhook-${id}`
    return html`<li>
      <h3 id=${title}>Webhook ${id} ${enabled ? '' : html`<span class="badge">off</span>`}</h3>
      <p><bdi>${url}</bdi></p>
      <p class="by">${formatNames[format]} · ${webhook.events.map((event) => eventNames[event]).join(', ')}</p>
      ${stateView(webhook)}
      <div class="actions">
        <button aria-describedby=${title} @click=${look}>${state ? 'Look again' : 'Last attempts'}</button>
        <button aria-describedby=${title} @click=${resend}>Send again</button>
        <button aria-describedby=${title} @click=${toggle}>Switch ${enabled ? 'off' : 'on'}</button>
        <button aria-describedby=${title} @click=${renew}>New secret</button>
        <button aria-describedby=${title} class="danger" @click=${remove}>Delete</button>
      </div>
      ${state ? attemptsView(state) : ''}
    </li>`
  }

  const addForm = (actions: Actions) => {
    const submit = async (event: Event) => {
      const form = event.currentTarget as HTMLFormElement
      const { url = '', format, ...chosen } = fieldsOf(event)
      const given = { url, format: format as WebhookFormat, events: events.filter((name) => name in chosen) }
      const isAdded = await actions.act(
        async () => {
          made = await api.add(given)
        },
        () => `Webhook ${made?.id} is added.`,
      )
      if (isAdded) form.reset()
    }
    return html`<form class="fields" @submit=${submit}>
      <label class="wide">URL <input name="url" type="url" required maxlength="2048" autocomplete="off" placeholder="https://"></label>
      <fieldset class="wide choices">
        <legend>Events</legend>
        ${events.map((name) => html`<label><input type="checkbox" name=${name}> ${eventNames[name]}</label>`)}
      </fieldset>
      <label>Format <select name="format">
        ${Object.entries(formatNames).map(([format, words]) => html`<option value=${format}>${words}</option>`)}
      </select></label>
      <button>Add a webhook</button>
    </form>`
  }

  const list = openList<Webhook, Actions>(
    api.list,
    (webhooks, actions) => html`${made ? secretNote(made) : ''}
      ${addForm(actions)}
      ${
        webhooks.length === 0
          ? emptyNote(empty)
          : cards(
              webhooks,
              ({ id }) => id,
              (webhook) => item(webhook, actions),
            )
      }`,
  )
  return {
    async load() {
      const loadState = async (id: number) => {
        // Somebody else may have deleted it.
        const state = await api.state(id).catch(() => undefined)
        if (state) states.set(id, state)
        else states.delete(id)
      }
      await Promise.all([list.load(), ...[...states.keys()].map(loadState)])
    },
    get more() {
      return list.more
    },
    show: list.show,
  }
}

/** The outgoing webhooks of a room, for those who may change it. */
export const webhooks: View = {
  title: 'Outgoing webhooks',
  open: (api) => openWebhooks(api.webhooks, 'No other program is told of what happens in this room alone.'),
}

/** Opens the outgoing webhooks of the site and of its rooms, for admins. */
export const openSiteWebhooks = (api: SiteApi): OpenedView => {
  const list = openWebhooks(api.webhooks, 'No other program is told of what happens here.')
  return {
    title: 'Outgoing webhooks',
    load: list.load,
    get more() {
      return list.more
    },
    show: (actions) => html`<p class="lead">
        All webhooks of the site and of its rooms. One that you add here is told of all rooms.
      </p>
      <h2 class="section">Webhooks</h2>
      ${list.show(actions)}`,
  }
}
