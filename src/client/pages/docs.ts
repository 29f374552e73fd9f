/** The page `/docs`: Swagger UI, which the page has loaded before this, on this instance's own document. */
type Props = Record<string, unknown>
type Component = (props: Props) => unknown
type System = { React: { Fragment: unknown; createElement: (...what: unknown[]) => unknown } }
declare const SwaggerUIBundle: (options: Props) => unknown

/** What the keyboard and a screen reader miss in Swagger UI. */
const accessible = ({ React: { Fragment, createElement } }: System) => ({
  components: {
    // It would be a link inside the button that opens an operation; the address changes without it too.
    DeepLink: ({ text }: Props) => createElement('span', null, text),
    // The only content of its button.
    CloseIcon: () => createElement('span', null, 'Close'),
  },
  wrapComponents: {
    InfoContainer: (Info: Component) => (props: Props) =>
      createElement('section', { 'aria-label': 'About this API' }, createElement(Info, props)),
    // The level between its h1 and h3.
    operations: (Operations: Component) => (props: Props) =>
      createElement(Fragment, null, createElement('h2', null, 'Routes'), createElement(Operations, props)),
    TextArea: (TextArea: Component) => (props: Props) =>
      createElement(TextArea, { 'aria-label': 'Request body', ...props }),
    // Named otherwise than they read.
    Button: (Button: Component) => (props: Props) =>
      createElement(Button, { ...props, 'aria-label': undefined }),
  },
})

const dark = matchMedia('(prefers-color-scheme: dark)')
const paint = () => document.documentElement.classList.toggle('dark-mode', dark.matches)
dark.addEventListener('change', paint)
paint()

SwaggerUIBundle({
  dom_id: '#reference',
  url: '/openapi.json',
  plugins: [accessible],
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  syntaxHighlight: { theme: 'obsidian' },
  // A token is forgotten when the page is left.
  persistAuthorization: false,
  // Otherwise the document of every instance that isn't on localhost is shown to a validator elsewhere.
  validatorUrl: null,
})
