import type { Page } from 'playwright-core'

/** Presses Tab (or Shift+Tab) until what is focused is called so, as somebody without a mouse does. */
export const tabTo = async (
  page: Page,
  name: string | RegExp,
  key: 'Tab' | 'Shift+Tab' = 'Tab',
): Promise<void> => {
  const passed: string[] = []
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press(key)
    const focused = await page.evaluate(() => {
      let element = document.activeElement
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
      // The DOM does not expose the computed accessible name. This is enough for a test.
      const labels = element && 'labels' in element ? [...((element.labels as NodeList | null) ?? [])] : []
      return (
        element?.getAttribute('aria-label') ??
        (labels.map(({ textContent }) => textContent).join(' ') ||
          element?.textContent?.trim() ||
          element?.getAttribute('title') ||
          '')
      )
    })
    if (typeof name === 'string' ? focused === name : name.test(focused)) return
    passed.push(focused)
  }
  throw new Error(`Nothing to focus is called ${name}; there is ${JSON.stringify(passed)}`)
}

/** Returns the elements that are wider than the page, also in shadow roots, but not inside of a scroll container. */
export const overflowing = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const parentOf = (element: Element): Element | null =>
      element.assignedSlot ??
      element.parentElement ??
      (element.getRootNode() as Partial<ShadowRoot>).host ??
      null
    const isCut = (element: Element): boolean => {
      for (let each = parentOf(element); each; each = parentOf(each))
        if (getComputedStyle(each).overflowX !== 'visible') return true
      return false
    }
    const within = (root: ParentNode): Element[] =>
      [...root.querySelectorAll('*')].flatMap((each) => [
        each,
        ...(each.shadowRoot ? within(each.shadowRoot) : []),
      ])
    const width = document.documentElement.clientWidth
    const over = within(document.body).filter((element) => {
      const { left, right, width: own } = element.getBoundingClientRect()
      if (own === 0) return false
      const isOut = left < -0.5 || right > width + 0.5
      // A column that has to be moved sideways to be read is as bad, unless it is code or the like.
      const scrolls = element.getAttribute('role') === 'log' && element.scrollWidth > element.clientWidth
      return scrolls || (isOut && !isCut(element))
    })
    return over.map(({ tagName, className, scrollWidth }) => `${tagName}.${className} ${scrollWidth}`)
  })

/** Notes from now on what a screen reader is given to read out by itself: what comes into a live region. */
export const announcements = async (page: Page): Promise<() => Promise<string[]>> => {
  await page.addInitScript(() => {
    const said: string[] = []
    Object.assign(window, { said })
    // The nearest region that says how it is has the word.
    const isLive = (element: Element | null): boolean => {
      const region = element?.closest('[aria-live], [role=log], [role=status], [role=alert]')
      if (!region || region.getAttribute('aria-busy') === 'true') return false
      return (region.getAttribute('aria-live') ?? 'polite') !== 'off'
    }
    const attach = Element.prototype.attachShadow
    Element.prototype.attachShadow = function (init) {
      const root = attach.call(this, init)
      new MutationObserver((records) => {
        for (const { target, addedNodes } of records) {
          const parent = target instanceof Element ? target : target.parentElement
          const text = [...addedNodes].map(({ textContent }) => textContent?.trim()).join(' ')
          if (text.trim() && isLive(parent)) said.push(text.trim())
        }
      }).observe(root, { childList: true, subtree: true })
      return root
    }
  })
  return () => page.evaluate(() => Object(window).said)
}
