import base from './styles/base.css'
import composer from './styles/composer.css'
import header from './styles/header.css'
import log from './styles/log.css'

/**
 * Returns the element's style sheet for a document, with those of the parts that were loaded. A sheet belongs to one document, and an
 * element may move to another.
 */
export const styleSheetFor = ({ defaultView }: Document, parts: Iterable<string>): CSSStyleSheet => {
  const { CSSStyleSheet } = (defaultView ?? globalThis) as typeof globalThis
  const sheet = new CSSStyleSheet()
  sheet.replaceSync([base, header, log, composer, ...parts].join(''))
  return sheet
}
