import type { Locator } from 'playwright-core'
import { describe, expect } from 'vitest'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'

/** Pastes what a clipboard may hold. Returns false if the browser is to paste it itself. */
const paste = (field: Locator, html: string, text: string): Promise<boolean> =>
  field.evaluate(
    (field, [html, text]) => {
      const clipboardData = new DataTransfer()
      if (html) clipboardData.setData('text/html', html)
      clipboardData.setData('text/plain', text)
      const init = { bubbles: true, cancelable: true, composed: true }
      return !field.dispatchEvent(new ClipboardEvent('paste', { ...init, clipboardData }))
    },
    [html, text] as const,
  )

const cases: [string, string, string][] = [
  ['bold, italic and code', '<p>a <b>b</b> <em>c</em> <code>d</code></p>', 'a **b** *c* `d`'],
  ['white space beside marks', 'one<b> two </b>three', 'one **two** three'],
  [
    'links',
    '<a href="https://example.org/a(b)">here</a>, <a href="https://example.org/">https://example.org/</a>',
    '[here](https://example.org/a%28b%29), https://example.org/',
  ],
  ['a dangerous link as its text', '<b>x</b> <a href="javascript:alert(1)">y</a>', '**x** y'],
  [
    'lists',
    '<ul><li>one</li><li><p>two</p><ol start="3"><li>three</li></ol></li></ul>',
    '- one\n- two\n  3. three',
  ],
  ['quotes', '<blockquote><p>one</p><p>two</p></blockquote>after', '> one\n>\n> two\n\nafter'],
  ['blocks of code', '<p>see</p><pre>a *b*\n  c</pre>', 'see\n\n```\na *b*\n  c\n```'],
  [
    'headings and paragraphs',
    '<h2>Title</h2><p>one<br>two</p><p>three</p>',
    '**Title**\n\none\ntwo\n\nthree',
  ],
  [
    'what Google Docs copies',
    '<meta charset="utf-8"><b style="font-weight:normal" id="docs-internal-guid-1"><p><span style="font-weight:700">bold</span><span style="font-weight:400"> not</span></p></b>',
    '**bold** not',
  ],
  ['marks that are only text', '<b>x</b> 2*3*4 a_b', '**x** 2\\*3\\*4 a_b'],
  [
    'no scripts and no pictures',
    '<b>x</b><script>__xss()</script><img src="x" alt="y" onerror="__xss()">',
    '**x**y',
  ],
  [
    'tables as lines',
    '<table><tr><th>a</th><td><b>b</b></td></tr><tr><td>c</td><td>d</td></tr></table>',
    'a | **b**\nc | d',
  ],
]

describe('pasting into <parlour-room>', () => {
  it('makes Markdown of rich text, as one step that can be undone', async ({ server, site, visitor }) => {
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${fresh('rich')}"`)))
    const { composer } = chatIn(page)
    const loaded = page.waitForResponse(/\/parlour\/composing-/)
    await composer.focus()
    await loaded
    await composer.fill('to be replaced')
    await chatIn(page).button('Preview').waitFor()
    for (const [title, html, markdown] of cases) {
      await composer.fill('')
      expect([title, await paste(composer, html, 'plain')]).toEqual([title, true])
      expect([title, await composer.inputValue()]).toEqual([title, markdown])
    }
    await composer.fill('')
    await composer.pressSequentially('a  b')
    await composer.evaluate((field: HTMLTextAreaElement) => field.setSelectionRange(2, 2))
    await paste(composer, '<i>x</i>', 'x')
    expect(await composer.inputValue()).toBe('a *x* b')
    await composer.press('Control+z')
    expect(await composer.inputValue()).toBe('a  b')
  })

  it('leaves plain text, code and what is pasted with Shift as it is', async ({ server, site, visitor }) => {
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${fresh('plain')}"`)))
    const { composer, button } = chatIn(page)
    await composer.fill('x')
    await button('Preview').waitFor()
    await composer.fill('')
    const code = 'if (a) {\n  b * c * d\n}'
    expect(await paste(composer, '', code)).toBe(false)
    expect(await paste(composer, '<p>one</p><div>two</div>', 'one\n\ntwo')).toBe(false)
    const editor =
      '<div style="color:#000;font-family:Menlo, monospace;white-space:pre"><div><span style="font-weight:bold">if</span> (a)</div></div>'
    expect(await paste(composer, editor, code)).toBe(false)
    await page.keyboard.down('Shift')
    await composer.press('Shift+V')
    expect(await paste(composer, '<b>x</b>', 'x')).toBe(false)
    await page.keyboard.up('Shift')
    await composer.fill('```\n')
    await composer.press('ArrowRight')
    expect(await paste(composer, '<b>x</b>', 'x')).toBe(false)
  })
})
