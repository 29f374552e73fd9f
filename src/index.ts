import { app } from './app'

/** The Worker. */
export default { fetch: app.fetch }
