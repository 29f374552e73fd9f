import base from './styles/base.css'
import composer from './styles/composer.css'
import log from './styles/log.css'

const sheets = new WeakMap<Document, CSSStyleSheet>()

/** Returns the element's style sheet for a document. A sheet belongs to one document, and an element may move to another. */
export const styleSheetFor = (document: Document): CSSStyleSheet => {
  const { CSSStyleSheet } = (document.defaultView ?? globalThis) as typeof globalThis
  const sheet = sheets.get(document) ?? new CSSStyleSheet()
  if (!sheets.has(document)) sheet.replaceSync(base + log + composer)
  sheets.set(document, sheet)
  return sheet
}
