/** The page `/docs`: Swagger UI, which the page has loaded before this, on this instance's own document. */
declare const SwaggerUIBundle: (options: Record<string, unknown>) => unknown

const dark = matchMedia('(prefers-color-scheme: dark)')
const paint = () => document.documentElement.classList.toggle('dark-mode', dark.matches)
dark.addEventListener('change', paint)
paint()

SwaggerUIBundle({
  dom_id: '#reference',
  url: '/openapi.json',
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  // A token is forgotten when the page is left.
  persistAuthorization: false,
  // Otherwise the document of every instance that isn't on localhost is shown to a validator elsewhere.
  validatorUrl: null,
})
