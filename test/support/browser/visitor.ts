import { expect } from 'vitest'
import { clickAt, type Driver, ENTER, typing, withControl } from './driver.ts'

/** A person who uses the first `<parlour-room>` of a page. Selectors are looked up in its shadow root. */
export const visitor = (driver: Driver) => {
  /** Runs a function in the page. It must not use anything from outside of it; arguments and result travel as JSON. */
  const run = async <Args extends unknown[], Result>(
    inPage: (...args: Args) => Result,
    ...args: Args
  ): Promise<Result> => {
    const list = args.map((arg) => JSON.stringify(arg)).join()
    return JSON.parse(await driver.evaluate(`JSON.stringify((${inPage})(${list}) ?? null)`))
  }

  /** Returns the texts of all elements that match. */
  const texts = (selector: string): Promise<string[]> =>
    run((selector) => {
      const root = document.querySelector('parlour-room')?.shadowRoot
      return [...(root?.querySelectorAll<HTMLElement>(selector) ?? [])].map(({ innerText }) =>
        innerText.trim(),
      )
    }, selector)

  /** Returns the position and size of the first element that matches, scrolled into view, or null. */
  const box = (selector: string) =>
    run((selector) => {
      const found = document.querySelector('parlour-room')?.shadowRoot?.querySelector(selector)
      found?.scrollIntoView({ block: 'nearest' })
      return found ? found.getBoundingClientRect() : null
    }, selector)

  /** Waits for an element, and clicks its centre. */
  const click = async (selector: string): Promise<void> => {
    await expect.poll(() => box(selector)).not.toBeNull()
    const { x = 0, y = 0, width = 0, height = 0 } = (await box(selector)) ?? {}
    await driver.perform(clickAt(Math.round(x + width / 2), Math.round(y + height / 2)))
  }

  const enter = async (selector: string, text: string): Promise<void> => {
    await click(selector)
    await driver.perform(typing(text + ENTER))
  }

  return {
    open: driver.open,
    run,
    texts,
    box,
    click,
    write: (text: string) => driver.perform(typing(text)),
    pressWithControl: (key: string) => driver.perform(withControl(key)),
    say: (text: string) => enter('[part~="input"]', text),
    giveName: (name: string) => enter('[part~="name"]', name),

    /** Waits until the log shows exactly these messages, all of them stored. */
    async sees(messages: string[]): Promise<void> {
      await expect.poll(() => texts('[part~="message"][data-key] [part~="text"]')).toEqual(messages)
    },
  }
}
