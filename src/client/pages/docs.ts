/** The page `/docs`: starts Swagger UI, which the page has loaded before, with this server's OpenAPI document. */
type Props = Record<string, unknown>
type Component = (props: Props) => unknown
type System = { React: { Fragment: unknown; createElement: (...what: unknown[]) => unknown } }
declare const SwaggerUIBundle: (options: Props) => unknown

/** Corrects Swagger UI for the keyboard and for screen readers. */
const accessible = ({ React: { Fragment, createElement } }: System) => ({
  components: {
    // Swagger UI puts a link into the button that opens an operation. The address changes without the link too.
    DeepLink: ({ text }: Props) => createElement('span', null, text),
    // This icon is the only content of its button.
    CloseIcon: () => createElement('span', null, 'Close'),
    // There is one server, this one. The list to choose from has no label.
    ServersContainer: () => null,
  },
  wrapComponents: {
    InfoContainer: (Info: Component) => (props: Props) =>
      createElement('section', { 'aria-label': 'About this API' }, createElement(Info, props)),
    // Swagger UI has an h1 and h3, and no h2 between them.
    operations: (Operations: Component) => (props: Props) =>
      createElement(Fragment, null, createElement('h2', null, 'Routes'), createElement(Operations, props)),
    // Its heading is an h4, and that of the webhooks before it an h2.
    Models: (Models: Component) => (props: Props) =>
      createElement(Fragment, null, createElement('h3', null, 'Bodies'), createElement(Models, props)),
    TextArea: (TextArea: Component) => (props: Props) =>
      createElement(TextArea, { 'aria-label': 'Request body', ...props }),
    // The labels differ from the texts on the buttons.
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
  url: 'openapi.json',
  plugins: [accessible],
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  syntaxHighlight: { theme: 'obsidian' },
  // Forgets a token when the page is left.
  persistAuthorization: false,
  // Sends no document to the validator of another site.
  validatorUrl: null,
})
