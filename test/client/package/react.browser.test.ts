import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { buildPackage } from '../../../scripts/package.ts'
import { chatIn } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'
import { staticFolder } from '../../support/node/static-folder.ts'

const require = createRequire(import.meta.url)

/** A site that has installed the package, React, and nothing else. */
const folder = mkdtempSync(join(tmpdir(), 'parlour-react-'))
const out = join(folder, 'site')
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

const app = `
import { useState } from 'react'
import { ParlourRoom } from 'parlour/react'
import { parlour } from 'parlour/client'

export const App = ({ server, name }) => {
  const [send, setSend] = useState('Go')
  const [isShown, setShown] = useState(true)
  const [client, setClient] = useState()
  const [tag, setTag] = useState('')
  const [heard, setHeard] = useState('')
  return (
    <main>
      <button onClick={() => setSend('Speak')}>Rename the button</button>
      <button onClick={() => setShown(!isShown)}>Show or hide</button>
      <button onClick={() => setClient(parlour(server))}>Set the client</button>
      {isShown && (
        <ParlourRoom
          server={client ? undefined : server}
          client={client}
          name={name}
          heading="A room of React"
          strings={{ send }}
          onparlour-message={({ detail }) => setHeard(detail.message.message)}
          ref={(element) => { if (element) setTag(element.localName) }}
        />
      )}
      <p id="tag">{tag}</p>
      <p id="heard">{heard}</p>
    </main>
  )
}
`

beforeAll(async () => {
  const modules = join(folder, 'node_modules')
  await buildPackage(join(modules, 'parlour/dist/client'))
  symlinkSync(resolve('package.json'), join(modules, 'parlour/package.json'))
  for (const name of ['react', 'react-dom', 'scheduler'])
    symlinkSync(dirname(require.resolve(`${name}/package.json`)), join(modules, name), 'junction')
  writeFileSync(join(folder, 'app.jsx'), app)
  writeFileSync(
    join(folder, 'browser.jsx'),
    "import { hydrateRoot } from 'react-dom/client'; import { App } from './app.jsx'; hydrateRoot(document.querySelector('#root'), <App {...document.body.dataset} />)",
  )
  writeFileSync(
    join(folder, 'server.jsx'),
    "import { renderToString } from 'react-dom/server'; import { App } from './app.jsx'; import 'parlour/element'; export const renderApp = (props) => renderToString(<App {...props} />)",
  )
  mkdirSync(out)
  const options = { absWorkingDir: folder, bundle: true, format: 'esm', jsx: 'automatic' } as const
  await build({
    ...options,
    entryPoints: ['browser.jsx'],
    splitting: true,
    outdir: out,
    minify: true,
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  await build({
    ...options,
    entryPoints: ['server.jsx'],
    platform: 'node',
    packages: 'external',
    outfile: 'server.mjs',
  })
})

describe("the package's component of React", () => {
  it('is rendered as a tag on a server, which has no elements, and becomes a room in the browser', async ({
    server,
    visitor,
    onTestFinished,
  }) => {
    const { renderApp } = await import(pathToFileURL(join(folder, 'server.mjs')).href)
    const name = fresh('react')
    const html: string = renderApp({ server: server.url, name })
    expect(html).toContain(
      `<parlour-room server="${server.url}" name="${name}" heading="A room of React"></parlour-room>`,
    )
    writeFileSync(
      join(out, 'index.html'),
      `<!doctype html><html lang="en"><title>A site</title><link rel="icon" href="data:,"><body data-server="${server.url}" data-name="${name}"><div id="root">${html}</div><script type="module" src="browser.js"></script></html>`,
    )
    const site = await staticFolder(out)
    onTestFinished(site.close)
    const page = await visitor({ asks: [site.url] })
    await page.goto(site.url)
    const chat = chatIn(page)
    await chat.say('hello from React')
    await chat.name(fresh('danny'))
    await chat.message('hello from React').waitFor()
    await page.locator('#heard', { hasText: 'hello from React' }).waitFor()
    await chat.root.getByRole('heading', { name: 'A room of React' }).waitFor()
    expect(await page.locator('#tag').textContent()).toBe('parlour-room')

    await chat.button('Go').waitFor()
    await page.getByRole('button', { name: 'Rename the button' }).click()
    await chat.button('Speak').waitFor()

    // The site's own client takes the place of `server`, and knows the same person.
    await page.getByRole('button', { name: 'Set the client' }).click()
    await chat.say('hello by the client')
    await chat.message('hello by the client').waitFor()

    await page.getByRole('button', { name: 'Show or hide' }).click()
    await chat.root.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Show or hide' }).click()
    await chat.message('hello by the client').waitFor()
  })

  it('without a server says that the tag needs one', async ({ visitor, onTestFinished }) => {
    writeFileSync(
      join(out, 'nowhere.html'),
      '<!doctype html><html lang="en"><title>A site</title><link rel="icon" href="data:,"><body data-name="lobby"><div id="root"><main></main></div><script type="module" src="browser.js"></script></html>',
    )
    const site = await staticFolder(out)
    onTestFinished(site.close)
    const page = await visitor({ asks: [site.url], expects: [/Minified React error #418/] })
    await page.goto(`${site.url}/nowhere.html`)
    await page.getByText('There is no chat server at <parlour-room server="">.').waitFor()
  })
})
