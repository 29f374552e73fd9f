import { ParlourRoom } from './element/parlour-room.ts'

export { ParlourError, parlour } from './client.ts'
export type * from './element/element-events.ts'
export type * from './types.ts'

// A page may load this twice.
if (!customElements.get('parlour-room')) customElements.define('parlour-room', ParlourRoom)
