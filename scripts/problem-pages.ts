/** The pages `/problems` and `/problems/:type`, which explain each problem to the person who got it. */
import { type ProblemType, problemTypes } from '../src/http/problem-types.ts'
import { problemGuide } from '../src/openapi/problem-guide.ts'

const types = Object.keys(problemTypes) as ProblemType[]

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)

/** Returns HTML for a text in which code stands between backticks. */
const inline = (text: string): string => escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>')

/** `root` is the path from the page to the root of the server, which may be mounted under a path. */
const page = (title: string, content: string, root: './' | '../'): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${escapeHtml(title)} · Parlour</title>
    <link rel="icon" href="${root}icon.svg">
    <link rel="stylesheet" href="${root}style.css">
    <link rel="stylesheet" href="${root}problems.css">
  </head>
  <body>
    <header class="bar">
      <a class="wordmark" href="${root}">Parlour</a>
      <nav aria-label="Pages">
        <a href="${root}docs">API reference</a>
        <a href="${root}problems"${title === listTitle ? ' aria-current="page"' : ''}>Problems</a>
      </nav>
    </header>
    <main>
${content}
    </main>
  </body>
</html>
`

const listTitle = 'Problems'

const problemPage = (type: ProblemType): string => {
  const { status, title } = problemTypes[type]
  const { meaning, why, solution, request, detail } = problemGuide[type]
  const instance = 'urn:uuid:f81d4fae-7dec-41d0-a765-00a0c91e6bf6'
  const answer = JSON.stringify({ type: `/problems/${type}`, title, status, detail, instance }, null, 2)
  return page(
    title,
    `      <p class="status">Status ${status}</p>
      <h1>${escapeHtml(title)}</h1>
      <p class="lead">${inline(meaning)}</p>
      <h2>Why it happens</h2>
      <p>${inline(why)}</p>
      <h2>What to do</h2>
      <p>${inline(solution)}</p>
      <h2>Example</h2>
      <p>The request</p>
      <pre><code>${escapeHtml(request)}</code></pre>
      <p>is answered with</p>
      <pre><code>${escapeHtml(answer)}</code></pre>
      <p><a href="../problems">All problems</a></p>`,
    '../',
  )
}

const listPage = (): string => {
  const rows = types.map((type) => {
    const { status, title } = problemTypes[type]
    return `        <dt><a href="problems/${type}">${escapeHtml(title)}</a> <span>${status}</span></dt>
        <dd>${inline(problemGuide[type].meaning)}</dd>`
  })
  return page(
    listTitle,
    `      <h1>${listTitle}</h1>
      <p class="lead">
        A request that fails is answered with a problem. Its <code>type</code> is the path of one of these pages,
        and its <code>detail</code> says what is wrong with this request.
      </p>
      <dl>
${rows.join('\n')}
      </dl>`,
    './',
  )
}

/** Returns the pages by their file in `public`. */
export const problemPages = (): Record<string, string> => ({
  'problems/index.html': listPage(),
  ...Object.fromEntries(types.map((type) => [`problems/${type}.html`, problemPage(type)])),
})
