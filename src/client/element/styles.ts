import base from './styles/base.css'
import composer from './styles/composer.css'
import header from './styles/header.css'
import log from './styles/log.css'

/** The styles of the first view. */
export const styles = [base, header, log, composer].join('')

/** Returns a style sheet for a document. It belongs to that document, and an element may move to another. */
export const styleSheetFor = ({ defaultView }: Document, css: string): CSSStyleSheet => {
  const { CSSStyleSheet } = (defaultView ?? globalThis) as typeof globalThis
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  return sheet
}
