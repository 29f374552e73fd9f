import { describe, expect, it } from 'vitest'
import { MAX_MESSAGE_CHARACTERS } from '../../src/contract'
import { messageOf, payloadOf } from '../../src/hooks/payload'
import { post, roomWithHook } from '../support/hooks'
import fc from '../support/properties'

const types =
  'header section context actions divider image video rich_text markdown button mrkdwn plain_text rich_text_list rich_text_preformatted rich_text_quote rich_text_section text link emoji user usergroup broadcast channel date'.split(
    ' ',
  )
const names =
  'text blocks attachments elements element fields accessory title value indent offset border style unicode name url image_url alt_text title_url video_url author_name author_link title_link footer pretext fallback user_id usergroup_id range channel_id bold italic code toString valueOf __proto__ constructor'.split(
    ' ',
  )
const words = fc.constantFrom(
  '',
  ' ',
  '\n',
  '\0',
  '\ud800',
  'x',
  '*a*',
  '<https://x.example|x>',
  ':tada:',
  '```',
  '1f600',
  'ffff-d800',
  'ordered',
)
const numbers = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(-1, 1e9, 2 ** 53, Number.MAX_VALUE))

/** Values as JSON has them, with the names and types of Slack's messages. */
const { value, fields } = fc.letrec<{ value: unknown; fields: object }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.oneof(
      words,
      fc.string({ unit: 'binary', maxLength: 10 }),
      numbers,
      fc.constantFrom(null, true, false),
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(tie('fields'), { maxLength: 4 }),
    tie('fields'),
  ),
  fields: fc
    .tuple(fc.constantFrom(...types), fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 5 }))
    .map(([type, rest]) => ({ ...rest, type })),
}))

/** Blocks whose parts stand where they belong. */
const richText = fc.record({
  type: fc.constant('rich_text'),
  elements: fc.array(
    fc.record(
      {
        type: fc.constantFrom(...types.filter((type) => type.startsWith('rich_text_'))),
        indent: value,
        style: value,
        elements: fc.array(fields, { maxLength: 3 }),
      },
      { requiredKeys: ['type'] },
    ),
    { maxLength: 3 },
  ),
})
const blocks = fc.oneof(fc.array(fc.oneof(fields, richText), { maxLength: 4 }), value)

const payload = fc
  .record(
    { text: value, blocks, attachments: fc.oneof(fc.array(fields, { maxLength: 3 }), value) },
    { requiredKeys: [] },
  )
  .map((given) => JSON.stringify(given))

const rich = (element: object) => messageOf({ blocks: [{ type: 'rich_text', elements: [element] }] })
const item = { type: 'rich_text_section', elements: [{ type: 'text', text: 'x' }] }

describe('any JSON', () => {
  it('is a message that can be stored, or none', () => {
    fc.assert(
      fc.property(payload, (json) => {
        const message = messageOf(payloadOf(json) ?? {})
        if (message === undefined) return
        expect(message.isWellFormed()).toBe(true)
        expect(message).not.toContain('\0')
        expect(message.trim()).not.toBe('')
        expect(Array.from(message).length).toBeLessThanOrEqual(MAX_MESSAGE_CHARACTERS)
      }),
      { numRuns: 2000 },
    )
  })

  it('is answered with ok or a refusal', async () => {
    const { hook } = await roomWithHook()
    await fc.assert(
      fc.asyncProperty(
        fc.oneof({ weight: 3, arbitrary: payload }, { weight: 1, arbitrary: fc.json() }),
        async (json) => {
          const [status, word] = await post(hook, json)
          expect([
            [200, 'ok'],
            [400, 'no_text'],
            [400, 'invalid_payload'],
          ]).toContainEqual([status, word])
        },
      ),
      { numRuns: 60 },
    )
  })

  it('may have any value as the indent of a list', async () => {
    const [{ hook }, shown] = [
      await roomWithHook(),
      (indent: unknown) => rich({ type: 'rich_text_list', indent, elements: [item] }),
    ]
    for (const [indent, spaces] of [
      [0, 0],
      [1, 2],
      [2, 4],
      [9, 4],
      [1e300, 4],
      [1.5, 2],
      [-1, 0],
      [-1e300, 0],
      ['1', 2],
      ['deep', 0],
      [[-1], 0],
      [{ toString: 1 }, 0],
      [null, 0],
    ] as const)
      expect([indent, shown(indent)]).toEqual([indent, `${' '.repeat(spaces)}- x`])
    const list = { type: 'rich_text_list', indent: -1, elements: [item] }
    expect(await post(hook, { blocks: [{ type: 'rich_text', elements: [list] }] })).toEqual([200, 'ok'])
  })

  it('may be deep or long', () => {
    const deep = `{"text":"x","blocks":${'['.repeat(30_000)}${']'.repeat(30_000)}}`
    expect(messageOf(payloadOf(deep) ?? {})).toBe('x')
    const emoji = {
      type: 'rich_text_section',
      elements: [{ type: 'emoji', unicode: Array(20_000).fill('41').join('-') }],
    }
    expect(rich(emoji)).toMatch(/^A{3999}…$/)
  })

  // With a time that grows with the square of the length, these take minutes.
  it('is read in a time that grows with its length', () => {
    const spaces = ' '.repeat(1_000_000)
    const texts = [`a${spaces}b`, spaces, `a\n${spaces}`, '\n'.repeat(1_000_000)]
    for (const text of texts) {
      messageOf({
        blocks: [{ type: 'header', text: { type: 'plain_text', text } }],
        attachments: [{ title: text, text }],
      })
      for (const style of [{ italic: true }, { bold: true }, { code: true }])
        rich({ type: 'rich_text_section', elements: [{ type: 'text', text, style }] })
    }
  })
})
