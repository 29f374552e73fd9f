import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type axe from 'axe-core'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Returns the faults that axe-core finds in a page, by all its rules, in light and dark mode. */
export const violations = async (page: Page): Promise<string[]> => {
  const found: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    // Swagger UI's links fade from one colour to the other; nobody reads them meanwhile. (The first frame begins it.)
    await page.evaluate(async () => {
      await new Promise(requestAnimationFrame)
      const passing = document.getAnimations().filter((each) => each.effect?.getTiming().iterations === 1)
      await Promise.allSettled(passing.map(({ finished }) => finished))
    })
    // Not a script of the page's, so that its policy needn't know axe.
    await page.evaluate(source)
    const { violations } = await page.evaluate(() => (Object(window).axe as typeof axe).run())
    for (const { id, nodes } of violations) {
      const [first] = nodes
      found.push(
        `${colorScheme} ${id}, ${nodes.length}: ${first?.target.join(' ')}: ${first?.failureSummary}`,
      )
    }
  }
  return found
}
