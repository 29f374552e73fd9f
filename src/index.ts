import { app } from './app'

export { Hub } from './live/hub'

/** The Worker. */
export default { fetch: app.fetch }
