import { describe, expect } from 'vitest'
import { violations } from '../support/browser/axe.ts'
import { chatIn } from '../support/browser/chat.ts'
import { it } from '../support/browser/fixtures.ts'
import { speaker } from '../support/browser/long-room.ts'
import { fresh } from '../support/browser/names.ts'

describe('the examples, on another origin', () => {
  it('show two rooms by the tag, one of them by its page’s path', async ({ api, site, visitor }) => {
    const page = await visitor()
    await page.goto(`${site.url}/element/`)
    const chat = chatIn(page)
    await chat.say('How are the beans?')
    await chat.name(fresh('Wilma'))
    await chat.message('How are the beans?').waitFor()
    expect(await violations(page)).toEqual([])
    expect(await api('GET', '/chatroom/garden-club/message')).toMatchObject({
      messages: [{ message: 'How are the beans?' }],
    })

    await page.getByRole('link', { name: 'Recipes' }).click()
    // Another page and the same person.
    await chat.say('Courgettes again')
    await chat.message('Courgettes again').waitFor()
    expect(await violations(page)).toEqual([])
    expect(await api('GET', '/chatroom/element_recipes/message')).toMatchObject({
      messages: [{ message: 'Courgettes again' }],
    })
  })

  it('chat with fetch only, and show messages, edits and deletions of others', async ({
    api,
    site,
    visitor,
  }) => {
    const page = await visitor({ expects: [/console: .*409/] })
    await page.goto(`${site.url}/fetch/`)
    const list = page.getByRole('log')
    await page.getByLabel('Your name').fill(fresh('Xaver'))
    await page.getByRole('textbox', { name: 'Message' }).fill('<b>hello!</b>')
    await page.getByRole('button', { name: 'Send' }).click()
    await list.getByText('<b>hello!</b>').waitFor()
    const room = '/chatroom/fetch-example'
    await api('POST', `${room}/message`, { userName: speaker, message: 'good morning' })
    await list.getByText('good morning').waitFor()
    await api('PATCH', `${room}/message/2`, { userName: speaker, message: 'good evening' })
    await list.getByText('good evening').waitFor()
    await api('DELETE', `${room}/message/2?userName=${speaker}`)
    await list.getByText('(deleted)').waitFor()
    expect(await violations(page)).toEqual([])
  })
})
