// The element makes links of what this file finds, and the server holds back the same from newcomers. Nothing is imported.

/** `text` from `start` to `end` may be a link to `address`. A Markdown link starts at the bracket that ends its label. */
export type FoundLink = { start: number; end: number; address: string }

/** Ends an address wherever it stands: punctuation of other scripts, quotation marks, and characters that show nothing. */
const stops =
  '(?![!-~])[\\p{Terminal_Punctuation}\\p{Quotation_Mark}\\p{Ps}\\p{Pe}\\p{Pi}\\p{Pf}\\p{Cc}\\p{Bidi_Control}…‥—―＜＞｜\\u200b\\u2060]'

/** An address by itself. No space is needed before it, because some scripts write none between words. */
const addressByItself = new RegExp(
  `(?<![\\p{Script=Latin}\\p{Nd}_])(https?://|www\\.)((?:(?!${stops})[^\\s<>"\`[\\]])+)`,
  'giu',
)

/** The end of a Markdown link. As in Wikipedia's addresses, one pair of parentheses may be part of the target. */
const markdownTarget = /\]\(([^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)?)\)/g

/** Browsers skip control characters before an address, read a backslash as a slash, and add slashes that are missing. */
const targetOfLink = /^\p{Cc}*(?:https?:[\\/]*[^\\/]|mailto:)/iu

/** Belongs to the sentence around an address when it stands at the end. */
const isSentenceEnd = (character: string): boolean =>
  /[.,:;!?'*_~}(～\u200c\u200d]|(?![!-~])\p{P}/u.test(character)

/** Returns the part of an address before the sentence goes on: before a parenthesis that it doesn't open, for example. */
const withoutSentenceEnd = (address: string): string => {
  let open = 0
  let end = 0
  for (; end < address.length; end++) {
    if (address[end] === '(') open++
    if (address[end] === ')' && open-- === 0) break
  }
  while (end > 0 && isSentenceEnd(address[end - 1] ?? '')) end--
  return address.slice(0, end)
}

/**
 * Finds what the element may show as a link: `https://…`, `www.…` and the ends of Markdown links, `](https:…)` and `](mailto:…)`.
 * It doesn't look at what stands around them: within code, or after a label without a beginning, the element shows text.
 */
export const findLinks = (text: string): FoundLink[] => {
  const links: FoundLink[] = []
  for (const { index: start, 0: found, 1: target = '' } of text.matchAll(markdownTarget)) {
    if (targetOfLink.test(target)) links.push({ start, end: start + found.length, address: target })
  }
  for (const { index: start, 1: prefix = '', 2: rest = '' } of text.matchAll(addressByItself)) {
    const kept = withoutSentenceEnd(rest)
    const end = start + prefix.length + kept.length
    const address = prefix + kept
    if (kept !== '') links.push({ start, end, address: /^w/i.test(prefix) ? `https://${address}` : address })
  }
  return links
}
