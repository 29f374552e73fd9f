import { describe, expect } from 'vitest'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'
import { tabTo } from '../../support/browser/page.ts'

describe('<parlour-room> and the keyboard', () => {
  it('can be used without a mouse: to send, to edit and to delete', async ({ server, site, visitor }) => {
    const page = await visitor({ expects: [/console: .*404/] })
    await page.goto(site.page(tag(server.url, `name="${fresh('keys')}"`)))
    const chat = chatIn(page)
    await chat.composer.waitFor()
    await tabTo(page, 'Write a message')
    await page.keyboard.type('hello!')
    await page.keyboard.press('Enter')
    await chat.root.getByText('What should the others call you?').waitFor()
    // The focus is in the field for the name.
    await page.keyboard.type(fresh('Sara'))
    await page.keyboard.press('Enter')
    await chat.message('hello!').waitFor()
    await page.keyboard.type('again')
    await page.keyboard.press('Enter')
    await chat.message('again').waitFor()

    await tabTo(page, 'Edit', 'Shift+Tab')
    await page.keyboard.press('Enter')
    await expect
      .poll(() => chat.log.getByRole('textbox').evaluate((field) => field.matches(':focus')))
      .toBe(true)
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type('once more')
    await page.keyboard.press('Enter')
    await chat.message('once more').waitFor()

    await tabTo(page, 'Delete')
    await page.keyboard.press('Enter')
    await chat.root.getByText('Delete this message?').waitFor()
    await tabTo(page, 'Delete', 'Shift+Tab')
    await page.keyboard.press('Enter')
    await chat.root.getByText('Message deleted').waitFor()
  })

  it('keeps the plain keys of its fields from the page’s shortcuts, and no others', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor({ expects: [/console: .*404/] })
    await page.goto(site.page(tag(server.url, `name="${fresh('shortcuts')}"`)))
    const { root, composer } = chatIn(page)
    await composer.waitFor()
    await page.evaluate(() => {
      const heard: string[] = []
      Object.assign(window, { heard })
      for (const type of ['keydown', 'keypress', 'keyup'])
        document.addEventListener(type, (event) => heard.push((event as KeyboardEvent).key))
    })
    const heard = () => page.evaluate(() => Object(window).heard.splice(0) as string[])
    await composer.focus()
    for (const key of ['s', '/', '?', ' ', 'J', 'ArrowDown', 'Escape', 'Backspace'])
      await page.keyboard.press(key)
    expect((await heard()).filter((key) => key !== 'Shift')).toEqual([])
    await page.keyboard.press('Control+k')
    await page.keyboard.press('Alt+s')
    expect(await heard()).toEqual(expect.arrayContaining(['k', 's']))
    // The name field is also one of its fields. The buttons are not.
    await page.keyboard.press('Enter')
    await root.getByText('What should the others call you?').waitFor()
    await heard()
    await page.keyboard.press('x')
    expect(await heard()).toEqual([])
    await root.getByRole('button', { name: 'Cancel' }).focus()
    await page.keyboard.press('x')
    expect(await heard()).toContain('x')
  })

  it('makes a new line by Enter on a touch screen, and sends by the button', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor({ hasTouch: true, isMobile: true, expects: [/console: .*404/] })
    await page.goto(site.page(tag(server.url, `name="${fresh('touch')}"`)))
    const { composer, button, name, message } = chatIn(page)
    await composer.fill('one')
    await composer.press('Enter')
    await composer.pressSequentially('two')
    expect(await composer.inputValue()).toBe('one\ntwo')
    expect(await composer.getAttribute('enterkeyhint')).toBe('enter')
    await button('Send').tap()
    await name(fresh('Tess'))
    await message('one').waitFor()
  })
})
