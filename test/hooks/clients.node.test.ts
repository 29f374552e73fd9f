import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { IncomingWebhook } from '@slack/webhook'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Message, MessageList, NewHook } from '../../src/contract/index.ts'
import { ask } from '../support/node/poster.ts'
import { localServer } from '../support/node/server.ts'

// Programs that post to Slack, and what they show here. The payloads in test/fixtures/hooks are as the programs send them.

const server = await localServer({ ADMIN_TOKEN: 'the-admin' })
const room = `${server.url}/chatroom/status`
let url: string

beforeAll(async () => {
  await server.start()
  await ask(`${server.url}/api/chatroom`, 'POST', { name: 'status' })
  const answer = await fetch(`${room}/hook`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: 'Bearer the-admin' },
    body: '{"name":"CI"}',
  })
  url = ((await answer.json()) as NewHook).url
})
afterAll(server.remove)

const newest = async (): Promise<Message | undefined> => {
  const { messages } = (await (await fetch(`${room}/message?limit=1`)).json()) as MessageList
  return messages.at(-1)
}

/** Posts a payload that a program sends, and returns the message. */
const shown = async (file: string): Promise<string | null | undefined> => {
  const body = readFileSync(`test/fixtures/hooks/${file}.json`, 'utf8')
  const answer = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
  expect([answer.status, await answer.text()]).toEqual([200, 'ok'])
  return (await newest())?.message
}

describe('@slack/webhook', () => {
  it('sends a text', async () => {
    expect(await new IncomingWebhook(url).send('The build of *main* has passed')).toMatchObject({
      text: 'ok',
    })
    expect(await newest()).toMatchObject({
      userName: 'CI',
      bot: true,
      message: 'The build of **main** has passed',
    })
  })

  it('sends blocks and attachments', async () => {
    const { text } = await new IncomingWebhook(url, { username: 'ignored' }).send({
      text: 'only for a notification',
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: 'Deployed' } },
        {
          type: 'section',
          text: { type: 'mrkdwn', text: '_shop_ is at <https://shop.example|v12>' },
          fields: [
            { type: 'mrkdwn', text: '*By*\nanna' },
            { type: 'plain_text', text: '*no* markup' },
          ],
        },
        { type: 'divider' },
        { type: 'context', elements: [{ type: 'mrkdwn', text: 'took `2m`' }] },
      ],
      attachments: [
        { pretext: 'before', title: 'Log', title_link: 'https://ci.example/1', text: 'a &lt; b' },
      ],
    })
    expect(text).toBe('ok')
    expect((await newest())?.message).toBe(
      [
        '**Deployed**',
        '_shop_ is at [v12](https://shop.example)',
        '**By**\nanna',
        '\\*no\\* markup',
        '———',
        'took `2m`',
        'before',
        '> **[Log](https://ci.example/1)**\n> a < b',
      ].join('\n'),
    )
  })

  it('is told the word of a refusal', async () => {
    const gone = new IncomingWebhook(url.replace(/[^/]+$/, 'unknown'))
    await expect(gone.send('x')).rejects.toMatchObject({ statusCode: 404, body: 'no_service' })
    await expect(new IncomingWebhook(url).send({})).rejects.toMatchObject({
      statusCode: 400,
      body: 'no_text',
    })
  })
})

describe.skipIf(spawnSync('curl', ['--version']).error)('curl', () => {
  const curl = (...args: string[]) => spawnSync('curl', ['-s', ...args, url], { encoding: 'utf8' }).stdout

  it.each([
    ['a form', ['-d', 'payload={"text":"passed"}']],
    ['an encoded form', ['--data-urlencode', 'payload={"text":"50% + 1 & more"}']],
    ['JSON that it calls a form', ['-d', '{"text":"50% + 1 & more"}']],
    ['JSON', ['-H', 'Content-Type: application/json', '-d', '{"text":"50% + 1 & more"}']],
  ])('sends %s', async (kind, args) => {
    expect(curl(...args)).toBe('ok')
    expect((await newest())?.message).toBe(kind === 'a form' ? 'passed' : '50% + 1 & more')
  })
})

describe('the message', () => {
  it("of GitHub's app for Slack has its links and commits", async () => {
    expect(await shown('github')).toMatchInlineSnapshot(`
      "[2 new commits](https://github.com/parlour/demo/compare/1d2e3f4a5b6c...6c5b4a3f2e1d) pushed to \`main\`
      > [octocat](https://github.com/octocat)
      > [\`6c5b4a3f\`](https://github.com/parlour/demo/commit/6c5b4a3f) - Fix \\*args & \\*\\*kwargs
      > [\`1d2e3f4a\`](https://github.com/parlour/demo/commit/1d2e3f4a) - Say why a_b_c < 3
      > [parlour/demo](https://github.com/parlour/demo)"
    `)
  })

  it('of Grafana has its title, labels and no mention', async () => {
    expect(await shown('grafana')).toMatchInlineSnapshot(`
      "here on-call @U123
      > **[FIRING:1 High CPU Servers (web-1)](https://grafana.example/alerting/list)**
      > **Firing**
      > 
      > Value: A=97
      > Labels:
      >  - alertname = High CPU
      >  - instance = web-1
      > Source: https://grafana.example/alerting/grafana/x/view
      > Grafana v12.3.0"
    `)
  })

  it('of Uptime Kuma has its blocks and buttons', async () => {
    expect(await shown('uptime-kuma')).toMatchInlineSnapshot(`
      "Uptime Kuma Alert
      [Shop] [🔴 Down] timeout of 48000ms exceeded @channel
      > **Uptime Kuma Alert**
      > **Message**
      > [Shop] [🔴 Down] timeout of 48000ms exceeded @channel
      > **Time (Europe/Berlin)**
      > 2026-11-27 16:05:36
      > [Visit Uptime Kuma](https://status.example/dashboard/1) · [Visit Shop](https://shop.example/)"
    `)
  })
})
