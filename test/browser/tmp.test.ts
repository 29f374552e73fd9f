import { it } from './support/bed.ts'
import { chatIn, tag } from './support/chat.ts'
import { fresh } from './support/names.ts'

it('x', async ({ visitor, site, server }) => {
  const room = fresh('tmp')
  const page = await visitor({ expects: [/./] })
  page.on('console', (m) => console.log('C', m.text()))
  page.on('requestfinished', async (r) =>
    console.log(r.method(), r.url().slice(22), (await r.response())?.status()),
  )
  page.on('websocket', (w) => {
    console.log('WS', w.url())
    w.on('close', () => console.log('WS closed'))
    w.on('framereceived', (f) => console.log('<', f.payload))
  })
  await page.goto(site.page(tag(server.url, `name="${room}"`)))
  const chat = chatIn(page)
  await chat.say('first')
  await chat.name(fresh('Otto'))
  await chat.message('first').waitFor()
  await new Promise((r) => setTimeout(r, 3000))
  console.log(await chat.root.innerText())
  const [a, b] = [page, await visitor({ expects: [/./] })]
  b.on('requestfinished', async (r) =>
    console.log('B', r.method(), r.url().slice(22), (await r.response())?.status()),
  )
  await b.goto(a.url())
  const cb = chatIn(b)
  await cb.say('hi there')
  await cb.name(fresh('Noa'))
  await new Promise((r) => setTimeout(r, 3000))
  console.log('A', await chat.root.innerText())
  console.log('B', await cb.root.innerText())
})
