import type { TemplateResult } from 'lit/html.js'

// Stands in for lit-html in the parts that load on use: scripts/bundle.ts. The element renders their templates with its own copy.
// lit-html keeps these two names the same, so that templates of one copy work in another.

export const html = (strings: TemplateStringsArray, ...values: unknown[]): TemplateResult => ({
  _$litType$: 1,
  strings,
  values,
})

export const nothing: unique symbol = Symbol.for('lit-nothing')
